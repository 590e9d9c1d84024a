// How bad a finding is, of a template's check and of an app's.

/// How bad a finding is.
public enum Severity: String, Sendable, Codable, Hashable {
    /// The app does not load or does not answer on PythonAnywhere, or the template cannot be used.
    case error
    /// Something works otherwise than it looks.
    case warning
}
