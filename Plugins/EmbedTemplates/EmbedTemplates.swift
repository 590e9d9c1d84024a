// Runs `embed-templates` for the target's linked folders before the target is compiled.

import Foundation
import PackagePlugin

@main
struct EmbedTemplates: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        // The templates are read in each run, and the Python only if it is not in the user's cache.
        let folders = [("Templates", "templates"), ("HostPython", "packed")]
        return try folders.compactMap { name, form in
            let link = target.directoryURL.appending(path: name)
            guard FileManager.default.fileExists(atPath: link.path) else { return nil }
            let folder = link.resolvingSymlinksInPath()
            let table = context.pluginWorkDirectoryURL.appending(path: "Embedded\(name).swift")
            return .buildCommand(
                displayName: "Embedding \(name)",
                executable: try context.tool(named: "embed-templates").url,
                arguments: [form, folder.path, table.path, "embedded\(name)"],
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
