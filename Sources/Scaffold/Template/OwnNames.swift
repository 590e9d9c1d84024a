// pa-new's own names that the conditions of a template can use.

import Mustache

/// What decides pa-new's own names in conditions.
public struct OwnNames: Sendable, Hashable {
    /// Whether an account is given.
    public var hasUser: Bool
    /// Whether the project has `AGENTS.md`.
    public var hasAgents: Bool
    /// The service that runs the project's pipeline; nil for none.
    public var pipeline: Pipeline?
    /// Whether the pipeline updates the project by a schedule.
    public var hasUpdateJob: Bool

    /// Creates the names.
    ///
    /// - Parameters:
    ///   - hasUser: Whether an account is given.
    ///   - hasAgents: Whether the project has `AGENTS.md`.
    ///   - pipeline: The service that runs the project's pipeline; nil for none.
    ///   - hasUpdateJob: Whether the pipeline updates the project by a schedule.
    public init(
        hasUser: Bool = false,
        hasAgents: Bool = true,
        pipeline: Pipeline? = nil,
        hasUpdateJob: Bool = false
    ) {
        self.hasUser = hasUser
        self.hasAgents = hasAgents
        self.pipeline = pipeline
        self.hasUpdateJob = hasUpdateJob
    }

    /// The names, each with its value.
    var values: [String: Mustache.Value] {
        Pipeline.names(for: pipeline).merging(
            [
                "hasUser": .bool(hasUser), AgentsFile.name: .bool(hasAgents),
                UpdateJob.name: .bool(hasUpdateJob),
            ]
        ) { $1 }
    }
}
