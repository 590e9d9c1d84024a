// The progress of a run, shown while a large project is created.

/// The progress of a run.
public struct Progress: Sendable, Hashable {
    /// The current step.
    public enum Step: Sendable, Hashable {
        /// Files are rendered in memory.
        case rendering
        /// Files are written; they become visible together at the end.
        case writing
    }

    /// The current step.
    public let step: Step
    /// The number of finished files.
    public let done: Int
    /// The number of all files.
    public let total: Int
}

/// Receives the progress before each file.
public typealias ProgressHandler = (Progress) -> Void
