// How far a run is, for those who wait for a large project.

/// How far a run is.
public struct Progress: Sendable, Hashable {
    /// What is being done.
    public enum Step: Sendable, Hashable {
        /// Contents are made in memory.
        case rendering
        /// Files are written, which nobody sees before the last one.
        case writing
    }

    /// What is being done.
    public let step: Step
    /// How many files are done.
    public let done: Int
    /// How many files there are.
    public let total: Int
}

/// Is told before each file how far the run is.
public typealias ProgressHandler = (Progress) -> Void
