"""The routers: the paths of the application, in a module for each subject."""
