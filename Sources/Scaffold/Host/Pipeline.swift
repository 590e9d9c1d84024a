// The services that can run a project's pipeline: compile, test, check, lint, deploy.

import Mustache

/// A service that runs a project's pipeline on each push.
public enum Pipeline: String, Sendable, Hashable, CaseIterable {
    /// GitHub Actions, with `.github/workflows/ci.yml`.
    case github
    /// GitLab CI/CD, with `.gitlab-ci.yml`.
    case gitlab

    /// The value of `--ci` for no pipeline.
    public static let none = "none"

    /// The values of `--ci`, the default first.
    public static var words: [String] { [none] + allCases.map(\.rawValue) }

    /// The service's name as people write it.
    public var title: String {
        switch self {
        case .github: "GitHub"
        case .gitlab: "GitLab"
        }
    }

    /// The name for templates and their conditions: true if this service was chosen.
    var name: String { "ci=" + rawValue }

    /// Returns the names that templates can use, each with its value.
    ///
    /// - Parameter pipeline: The chosen service; nil for none.
    /// - Returns: `ci`, which is empty for none, and a truth value for each service, as for a choice.
    static func names(for pipeline: Pipeline?) -> [String: Mustache.Value] {
        var names: [String: Mustache.Value] = ["ci": pipeline.map { .string($0.title) } ?? .null]
        for service in allCases { names[service.name] = .bool(service == pipeline) }
        return names
    }

}

extension Framework {
    /// Whether this template has a pipeline for a service.
    ///
    /// - Parameter pipeline: The service.
    /// - Returns: Whether some file has the condition that the service is chosen.
    public func hasPipeline(for pipeline: Pipeline) -> Bool {
        manifest.hasFiles(for: pipeline.name)
    }

    /// Returns the service that a request asks for.
    ///
    /// - Parameter request: The request; it asks for no pipeline if the value is nil.
    /// - Returns: The service, or nil for no pipeline.
    /// - Throws: ``ScaffoldError/unknownPipeline(_:nearest:)``, or
    ///   ``ScaffoldError/noPipeline(_:template:)`` if this template has no pipeline for the service.
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
