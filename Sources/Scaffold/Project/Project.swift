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
        var texts = ManifestTexts(of: configuration.framework, names)
        products = BuildProducts(
            uploads: try Self.uploads(of: configuration.framework, &texts),
            commands: try texts.commands(configuration.framework.manifest.commands)
        )
        hostSteps = try Self.hostSteps(of: configuration.framework, names, &texts)
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

    /// Returns the steps on PythonAnywhere of a template's manifest, if their conditions hold.
    private static func hostSteps(
        of framework: Framework,
        _ names: [String: Mustache.Value],
        _ texts: inout ManifestTexts
    ) throws(ScaffoldError) -> [NextSteps.Step] {
        var steps: [NextSteps.Step] = []
        for step in framework.manifest.hostSteps where step.condition.holds(in: names) {
            steps.append(
                NextSteps.Step(
                    action: try texts.text(step.action),
                    commands: try texts.commands(step.commands)
                )
            )
        }
        return steps
    }

    /// Returns the paths of the files to upload, if that is not the whole project.
    private static func uploads(
        of framework: Framework,
        _ texts: inout ManifestTexts
    ) throws(ScaffoldError) -> [String] {
        var uploads: [String] = []
        for template in framework.manifest.uploads {
            let path = try texts.text(template)
            if let reason = pathProblem(path) {
                let manifest = framework.place(Manifest.fileName)
                throw framework.blamed(
                    for: .badUpload(manifest: manifest, path: path, reason: reason)
                )
            }
            uploads.append(path)
        }
        return uploads
    }
}
