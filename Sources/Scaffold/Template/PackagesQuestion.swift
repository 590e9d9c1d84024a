// The question whether a project has packages, and the commands that give them to a project without.

import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension Framework {
    /// The key of the question.
    static let packagesKey = "packages"

    /// Whether the template asks whether a project has packages.
    var asksForPackages: Bool {
        manifest.questions.contains { $0.key == Self.packagesKey && $0.kind == .bool }
    }
}

extension LoadedProject {
    /// The module that makes the packages of a bundle importable.
    private static let bundleModule = "pa_bundle.py"

    /// Returns the command that adds what makes a bundle of packages importable.
    ///
    /// - Parameter folder: The project's folder.
    /// - Returns: The command; nil if the project has it, if its template has no such thing or is not
    ///   known, or if the user deleted it, since an update then keeps it deleted.
    package func bundleCommand(in folder: String) -> String? {
        guard case .success(let project)? = project, !hasOrHadBundleModule(folder) else {
            return nil
        }
        let configuration = project.configuration
        let place = folder == "." ? "" : " " + shellQuoted(folder)
        // An older pa-new made the project, or a file was deleted.
        if configuration.files.contains(where: {
            Plan.withoutTemplateSuffix($0.path) == Self.bundleModule
        }) {
            return "pa-new update" + place
        }
        if configuration.adoption != nil { return "pa-new adopt" + place }
        guard configuration.framework.asksForPackages else { return nil }
        return "pa-new update\(place) --set \(Framework.packagesKey)=yes"
    }

    /// Whether a project has the module, or had it when pa-new wrote its files last.
    private func hasOrHadBundleModule(_ folder: String) -> Bool {
        if access(folder + "/" + Self.bundleModule, F_OK) == 0 { return true }
        let most = Baseline.maxTotalBytes * 4
        guard let document = try? readFile(folder + "/" + Baseline.fileName, most: most),
            let base = try? Baseline(document)
        else { return false }
        return base.files.contains { $0.path == Self.bundleModule }
    }
}
