// The one place that knows the version of pa-new.

/// The version of pa-new, as `pa-new --version` prints it and `.pa-new.json` records it.
public let paNewVersion = "0.1.0"
