// Runs `embed-templates` for the target's linked folders before the target is compiled.

import Foundation
import PackagePlugin

@main
struct EmbedTemplates: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        // Other targets import the type of the entries from the library.
        let library = target.dependencies.compactMap { dependency in
            if case .target(let target) = dependency, target.name == "Scaffold" {
                target.name
            } else {
                nil
            }
        }
        return try ["Templates", "HostPython"].compactMap { name in
            let link = target.directoryURL.appending(path: name)
            guard FileManager.default.fileExists(atPath: link.path) else { return nil }
            let folder = link.resolvingSymlinksInPath()
            let table = context.pluginWorkDirectoryURL.appending(path: "Embedded\(name).swift")
            return .buildCommand(
                displayName: "Embedding \(name)",
                executable: try context.tool(named: "embed-templates").url,
                arguments: [folder.path, table.path, "embedded\(name)"] + library,
                inputFiles: try files(below: folder),
                outputFiles: [table]
            )
        }
    }

    /// Every file below the folder, or the one that a link leads to: a change to any of them makes
    /// the table again.
    private func files(below folder: URL) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .sorted()
            .map { folder.appending(path: $0).resolvingSymlinksInPath() }
            .filter { try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }
    }
}
