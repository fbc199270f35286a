// Everything works without this file. It starts GOV.UK Frontend's components and the
// portal's own parts.

import {
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
  createAll,
} from "govuk-frontend";

import { startAutosave } from "./parts/autosave.js";
import { startLanguages } from "./parts/languages.js";
import { startPresence } from "./parts/presence.js";
import { startRoom } from "./parts/room.js";
import { startSession } from "./parts/session.js";
import { startSignOut } from "./parts/sign-out.js";
import { startTables } from "./parts/rows.js";
import { tidy } from "./parts/unsent.js";
import { startUpload } from "./parts/upload.js";

const COMPONENTS = [
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
];

tidy(document.body.dataset.person);
startTables();
document.querySelectorAll("[data-autosave]").forEach(startAutosave);
for (const component of COMPONENTS) createAll(component);
document.querySelectorAll("[data-sign-out]").forEach(startSignOut);
startSession();
document.querySelectorAll("[data-languages]").forEach(startLanguages);
document.querySelectorAll("[data-presence]").forEach(startPresence);
document.querySelectorAll("[data-upload]").forEach(startUpload);
document.querySelectorAll("[data-room]").forEach(startRoom);
