"""Tests of portal/blueprints."""
