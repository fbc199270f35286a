"""Questionnaires from the formats of others. Nothing here touches the database.

``xlsform`` is the way in. A workbook is read as sheets of text (``xlsx``, ``xlsx_parts``), whose
columns and words are understood (``tables``, ``vocabulary``); its rows become a tree
(``structure``) that is laid out as sections (``layout``) of questions (``questions``, ``answers``,
``repeats``, ``matrices``) with options (``lists``), texts (``languages``, ``wordings``), ids
(``names``), conditions (``expressions``, ``routing``, ``targets``) and limits (``limits``);
``mending`` adds what only a questionnaire must have, and ``report`` says what became of it all.
"""
