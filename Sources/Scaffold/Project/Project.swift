// A project before its files exist: its configuration, and what the template derives from it. It is
// computed once, in this order, so that no step uses a half-made value.

import Mustache
import ProjectFiles

/// A project: its configuration, and what its template derives from it.
package struct Project: Sendable {
    /// The configuration.
    package let configuration: ProjectConfiguration
    /// The names that its templates can use, except the next steps.
    let names: [String: Mustache.Value]
    /// The files that must be built before PythonAnywhere can serve it.
    package let products: BuildProducts
    /// The steps on PythonAnywhere that only its template has.
    package let hostSteps: [NextSteps.Step]

    /// Creates the project for a configuration.
    ///
    /// - Parameter configuration: The configuration.
    /// - Throws: ``ScaffoldError/badTemplate(_:)`` or ``ScaffoldError/badUpload(manifest:path:reason:)``
    ///   if the manifest is wrong.
    package init(_ configuration: ProjectConfiguration) throws(ScaffoldError) {
        self.configuration = configuration
        names = Self.names(of: configuration)
        products = BuildProducts(
            uploads: try Self.uploads(of: configuration, names),
            commands: try Self.commands(
                configuration.framework.manifest.commands,
                of: configuration,
                names
            )
        )
        hostSteps = try Self.hostSteps(of: configuration, names)
    }

    /// Returns every name except the steps.
    private static func names(of configuration: ProjectConfiguration) -> [String: Mustache.Value] {
        let site = configuration.site
        let own: [String: Mustache.Value] = [
            "name": .string(configuration.name.folder),
            "package": .string(configuration.name.package),
            "module": .string(configuration.name.module),
            "title": .string(configuration.name.title),
            "framework": .string(configuration.framework.manifest.title),
            "language": .string(configuration.framework.language ?? ""),
            "greeting": .string(configuration.framework.manifest.greeting),
            "python": .string("\(configuration.python)"),
            "pythons": .list(configuration.python.around.map { .string("\($0)") }),
            "hasRequirements": .bool(configuration.hasRequirements),
            "hasUser": .bool(configuration.account != nil),
            AgentsFile.name: .bool(configuration.hasAgents),
            UpdateJob.name: .bool(configuration.hasUpdateJob),
            "user": .string(site.user),
            "domain": .string("\(site.domain)"),
            "url": .string(site.url),
            "home": .string(site.home),
            "sourceFolder": .string(site.sourceFolder),
            "staticFolder": .string(site.staticFolder),
            "virtualenv": .string(site.virtualenv),
            "mysqlHost": .string(site.mysqlHost),
            "wsgiFile": .string(site.wsgiFile),
        ]
        return own.merging(Pipeline.names(for: configuration.pipeline)) { own, _ in own }
            .merging(configuration.questionNames) { own, _ in own }
    }

    /// Returns commands of a template's manifest.
    ///
    /// Each text in them is quoted as one shell word, so that an answer cannot do anything else.
    private static func commands(
        _ templates: [String],
        of configuration: ProjectConfiguration,
        _ names: [String: Mustache.Value]
    ) throws(ScaffoldError) -> [String] {
        guard !templates.isEmpty else { return [] }
        let words = names.mapValues { value -> Mustache.Value in
            guard case .string(let text) = value else { return value }
            return .string(shellWord(text))
        }
        let context = Context(values: words)
        var commands: [String] = []
        for command in templates {
            let path = configuration.framework.place(Manifest.fileName)
            commands.append(
                String(decoding: try context.render(command, path: path), as: UTF8.self)
            )
        }
        return commands
    }

    /// Returns the steps on PythonAnywhere of a template's manifest, if their conditions hold.
    private static func hostSteps(
        of configuration: ProjectConfiguration,
        _ names: [String: Mustache.Value]
    ) throws(ScaffoldError) -> [NextSteps.Step] {
        let context = Context(values: names)
        let manifest = configuration.framework.place(Manifest.fileName)
        var steps: [NextSteps.Step] = []
        for step in configuration.framework.manifest.hostSteps where step.condition.holds(in: names)
        {
            let action = try context.render(step.action, path: manifest)
            steps.append(
                NextSteps.Step(
                    action: String(decoding: action, as: UTF8.self),
                    commands: try commands(step.commands, of: configuration, names)
                )
            )
        }
        return steps
    }

    /// Returns the paths of the files to upload, if that is not the whole project.
    private static func uploads(
        of configuration: ProjectConfiguration,
        _ names: [String: Mustache.Value]
    ) throws(ScaffoldError) -> [String] {
        let context = Context(values: names)
        let manifest = configuration.framework.place(Manifest.fileName)
        var uploads: [String] = []
        for template in configuration.framework.manifest.uploads {
            let bytes = try context.render(template, path: manifest)
            let path = String(decoding: bytes, as: UTF8.self)
            if let reason = pathProblem(path) {
                throw configuration.framework.blamed(
                    for: .badUpload(manifest: manifest, path: path, reason: reason)
                )
            }
            uploads.append(path)
        }
        return uploads
    }
}
