"""Tests that call the application in this process: no server, no socket."""
