"""What a questionnaire must keep to beyond its schema, one module for each subject.

Each module has ``problems(questionnaire)``; ``portal.questionnaire.check`` puts them together.
"""
