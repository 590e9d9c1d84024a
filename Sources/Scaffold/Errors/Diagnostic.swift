// An error in words. The sentences of each domain lie beside its enum.

/// An error in words: what happened, why, and what to do.
public struct Diagnostic: Sendable, Hashable {
    /// What happened.
    public let message: String
    /// Why, where that is not plain.
    public let reason: String?
    /// What to do, where something can be done.
    public let hint: String?

    /// Puts an error in words.
    ///
    /// - Parameters:
    ///   - message: What happened.
    ///   - reason: Why, where that is not plain.
    ///   - hint: What to do, where something can be done.
    public init(_ message: String, reason: String? = nil, hint: String? = nil) {
        self.message = message
        self.reason = reason
        self.hint = hint
    }

    /// Returns the error as the reason for another one, with the same hint.
    ///
    /// - Parameter message: What happened.
    /// - Returns: The other error.
    package func asReason(for message: String) -> Diagnostic {
        Diagnostic(message, reason: self.message + (reason.map { ": " + $0 } ?? ""), hint: hint)
    }
}
