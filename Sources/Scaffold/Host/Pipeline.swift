// The services that can run a project's own pipeline: compile, test, check, lint, deploy.

import Mustache

/// A service that runs a project's pipeline at each push.
public enum Pipeline: String, Sendable, Hashable, CaseIterable {
    /// GitHub Actions, by `.github/workflows/ci.yml`.
    case github
    /// GitLab CI/CD, by `.gitlab-ci.yml`.
    case gitlab

    /// The word for `--ci` that asks for no pipeline.
    public static let none = "none"

    /// The words for `--ci`, the one first that is taken where none is said.
    public static var words: [String] { [none] + allCases.map(\.rawValue) }

    /// The service's name as people write it.
    public var title: String {
        switch self {
        case .github: "GitHub"
        case .gitlab: "GitLab"
        }
    }

    /// The name that templates and their conditions can use: true where this service was asked for.
    var name: String { "ci=" + rawValue }

    /// Returns the names that templates can use, each with its value.
    ///
    /// - Parameter pipeline: The service that was asked for; nil for none.
    /// - Returns: `ci`, which shows nothing for none, and a truth for each service, as for a choice.
    static func names(for pipeline: Pipeline?) -> [String: Mustache.Value] {
        var names: [String: Mustache.Value] = ["ci": pipeline.map { .string($0.title) } ?? .null]
        for service in allCases { names[service.name] = .bool(service == pipeline) }
        return names
    }

}

extension Framework {
    /// Whether there is a pipeline for a service.
    ///
    /// - Parameter pipeline: The service.
    /// - Returns: Whether some file is there only where the service is asked for.
    public func hasPipeline(for pipeline: Pipeline) -> Bool {
        manifest.hasFiles(for: pipeline.name)
    }

    /// Finds the service that a request asks for.
    ///
    /// - Parameter request: What was asked for; nothing asks for no pipeline.
    /// - Returns: The service, or nil for no pipeline.
    /// - Throws: ``ScaffoldError/unknownPipeline(_:nearest:)``, or
    ///   ``ScaffoldError/noPipeline(_:template:)`` where there is none here for the service.
    public func pipeline(for request: Request) throws(ScaffoldError) -> Pipeline? {
        guard let word = request.pipeline, word != Pipeline.none else { return nil }
        guard let pipeline = Pipeline(rawValue: word) else {
            throw .unknownPipeline(word, nearest: nearest(to: word, in: Pipeline.words))
        }
        guard hasPipeline(for: pipeline) else {
            throw .noPipeline(pipeline, template: request.template)
        }
        return pipeline
    }
}
