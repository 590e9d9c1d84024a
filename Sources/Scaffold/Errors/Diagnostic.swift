// An error in words. Each domain has its sentences beside its enum.

/// An error in words: what happened, why, and what to do.
public struct Diagnostic: Sendable, Hashable {
    /// What happened.
    public let message: String
    /// Why it happened, unless that is obvious.
    public let reason: String?
    /// What you can do about it, if anything.
    public let hint: String?

    /// Creates a diagnostic.
    ///
    /// - Parameters:
    ///   - message: What happened.
    ///   - reason: Why it happened, unless that is obvious.
    ///   - hint: What you can do about it, if anything.
    public init(_ message: String, reason: String? = nil, hint: String? = nil) {
        self.message = message
        self.reason = reason
        self.hint = hint
    }

    /// Returns a diagnostic that has this one as its reason, with the same hint.
    ///
    /// - Parameters:
    ///   - message: What happened.
    ///   - place: What it is about; nil if this diagnostic says so.
    /// - Returns: The new diagnostic.
    package func asReason(for message: String, of place: String? = nil) -> Diagnostic {
        Diagnostic(
            message,
            reason: (place.map { $0 + ": " } ?? "") + self.message
                + (reason.map { ": " + $0 } ?? ""),
            hint: hint
        )
    }
}
