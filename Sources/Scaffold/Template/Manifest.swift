// What a template folder says of itself, in its manifest.json.

/// What a template folder says of itself.
///
/// `docs/templates.md` lists the keys for those who write one. A key that is not listed there is an
/// error, so that a misspelt one cannot go unnoticed.
public struct Manifest: Sendable, Hashable {
    /// The word for `--framework`; empty where the folder's name is that word.
    public internal(set) var framework = ""
    /// The word for `--language`: what the framework's projects are written in.
    public internal(set) var language = "python"
    /// The framework's name as people write it: `Tornado`.
    public internal(set) var title = ""
    /// One line for `pa-new list`.
    public internal(set) var summary = ""
    /// What the generated project answers to `GET /`; empty where that is not said.
    public internal(set) var greeting = ""
    /// The import names that the framework brings, which no project can have.
    public internal(set) var modules: [String] = []
    /// Whether this is the framework taken where none is asked for.
    public internal(set) var isDefault = false
    /// What has to be answered, in this order.
    public internal(set) var questions: [Question] = []
    /// When a file or folder is in a project: paths below the template folder, as they lie there.
    public internal(set) var rules: [String: Condition] = [:]
    /// What to type in the project's folder, a template for each; shown, never run.
    public internal(set) var commands: [String] = []
    /// What has to be on the host besides the entry file, a template of a path below the project's folder
    /// for each; empty where that is the whole project.
    public internal(set) var uploads: [String] = []

    /// The name of the file in a template folder.
    static let fileName = "manifest.json"

    /// Reads the manifest of a framework.
    ///
    /// - Parameter file: A framework's `manifest.json`.
    /// - Returns: The manifest.
    /// - Throws: ``ScaffoldError/badManifest(path:reason:)`` with what is wrong in it.
    static func read(_ file: TemplateFile) throws(ScaffoldError) -> Manifest {
        var reader = ManifestReader(.framework)
        let manifest = reader.read(file.contents.bytes)
        guard reader.problems.isEmpty else {
            let reason = reader.problems.map { "\($0.problem)" }.joined(separator: "; ")
            throw .badManifest(path: file.path, reason: reason)
        }
        return manifest
    }

    /// Whether some file is in a project only where a condition on a name holds.
    ///
    /// - Parameter name: A name that conditions can use.
    /// - Returns: Whether a rule asks for it to be true.
    func hasFiles(for name: String) -> Bool {
        rules.values.contains { $0.terms.contains { $0.name == name && !$0.isNegated } }
    }

    /// When a file is in a project.
    ///
    /// - Parameter path: The path below the template folder.
    /// - Returns: All that the rules for the file and for the folders around it ask for.
    func condition(for path: String) -> Condition {
        // Most manifests have no rules, and a template may have ten thousand files.
        guard !rules.isEmpty else { return Condition(terms: []) }
        var terms = rules[path]?.terms ?? []
        for index in path.indices where path[index] == "/" {
            terms += rules[String(path[..<index])]?.terms ?? []
        }
        return Condition(terms: terms)
    }
}
