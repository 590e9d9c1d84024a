// The severity of a finding, in templates and in apps.

/// The severity of a finding.
public enum Severity: String, Sendable, Codable, Hashable {
    /// The app does not load or does not answer on PythonAnywhere, or the template cannot be used.
    case error
    /// The behaviour differs from what the code or template suggests.
    case warning
    /// Nothing is wrong, but you may want to know it. Templates have no such findings.
    case note
}
