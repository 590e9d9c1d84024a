"""The changes of the tables, which "python manage.py migrate" makes."""
