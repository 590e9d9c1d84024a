// Runs `embed-templates` over the target's linked folders before the target is compiled.

import Foundation
import PackagePlugin

@main
struct EmbedTemplates: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        try ["Templates", "HostPython"].map { name in
            let folder = target.directoryURL.appending(path: name).resolvingSymlinksInPath()
            let table = context.pluginWorkDirectoryURL.appending(path: "Embedded\(name).swift")
            return .buildCommand(
                displayName: "Embedding \(name)",
                executable: try context.tool(named: "embed-templates").url,
                arguments: [folder.path, table.path, "embedded\(name)"],
                inputFiles: try files(below: folder),
                outputFiles: [table]
            )
        }
    }

    /// Every file below the folder: when one of them changes, the table is made again.
    private func files(below folder: URL) throws -> [URL] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .sorted()
            .map { folder.appending(path: $0) }
            .filter { try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true }
    }
}
