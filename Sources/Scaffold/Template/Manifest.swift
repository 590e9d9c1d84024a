// The contents of a template folder's manifest.json.

import ProjectFiles

/// The contents of a template folder's manifest.
///
/// `docs/templates.md` lists the keys for authors of templates. Any other key is an error, so that a
/// misspelt one is noticed.
public struct Manifest: Sendable, Hashable {
    /// The value of `--framework`; empty if it is the folder's name.
    public internal(set) var framework = ""
    /// The value of `--language`: the language of the framework's projects.
    public internal(set) var language = "python"
    /// The framework's name as people write it: `Tornado`.
    public internal(set) var title = ""
    /// One line for `pa-new list`.
    public internal(set) var summary = ""
    /// The response of the generated project to `GET /`; empty if not given.
    public internal(set) var greeting = ""
    /// The import names that the framework brings; no project can have one of them as its name.
    public internal(set) var modules: [String] = []
    /// Whether this is for an app that is there already, and not for new projects.
    public internal(set) var adopts = false
    /// Whether this is the default framework.
    public internal(set) var isDefault = false
    /// The questions, in the order in which they are asked.
    public internal(set) var questions: [Question] = []
    /// Conditions of files and folders, by their paths below the template folder.
    public internal(set) var rules: [String: Condition] = [:]
    /// The files and folders that are made once, and are the user's own from then on.
    public internal(set) var onceRules: Set<String> = []
    /// The earlier paths of files and folders, below the template folder.
    public internal(set) var formerPaths: [String: [String]] = [:]
    /// What the user has to know when an update adds a file or folder, by their paths below the template folder.
    public internal(set) var notices: [String: String] = [:]
    /// The commands to type in the project's folder, each one a template; they are shown, never run.
    public internal(set) var commands: [String] = []
    /// The steps on PythonAnywhere that only this template has; they are shown, never done.
    public internal(set) var hostSteps: [HostStep] = []
    /// The files to upload besides the entry file, each one a template of a path below the project's folder;
    /// empty if the whole project is uploaded.
    public internal(set) var uploads: [String] = []

    /// The folders of installed packages that PythonAnywhere serves without the app.
    public internal(set) var staticFolders: [StaticFiles] = []

    /// A folder of an installed package, if a condition holds.
    public struct StaticFiles: Sendable, Hashable {
        /// The folder.
        public let folder: StaticFolder
        /// The condition.
        public let condition: Condition
    }

    /// What every project has, in a few words each, for `pa-new list`.
    public internal(set) var features: [String] = []
    /// The size of the installed packages in MiB: the smallest, and the largest if the answers matter.
    public internal(set) var megabytes: [Int] = []
    /// What the template adds to an existing project, for each kind; empty for a framework of this program, which reads
    /// it when it is asked for: ``Framework/addition(_:)``.
    public internal(set) var additions: [AdditionKind: Addition] = [:]

    /// A step on PythonAnywhere, between the installation of the packages and the first Reload.
    public struct HostStep: Sendable, Hashable {
        /// What to do, as a template: a sentence, or the purpose of the commands.
        public let action: String
        /// The commands to type in a console, in the project's folder, each one a template.
        public let commands: [String]
        /// The condition for the step.
        public let condition: Condition
    }

    /// What to tell a user who chooses one of these Python versions, one sentence each.
    public internal(set) var pythonNotes: [PythonVersion: String] = [:]

    /// The name of the manifest in a template folder.
    static let fileName = "manifest.json"

    /// Reads the manifest of a framework.
    ///
    /// - Parameters:
    ///   - file: A framework's `manifest.json`.
    ///   - readsAdditions: Whether to read the additions, too, which only one command needs.
    /// - Returns: The manifest.
    /// - Throws: ``ScaffoldError/badManifest(path:reason:)`` with the first mistake.
    static func read(
        _ file: TemplateFile,
        readsAdditions: Bool = true
    ) throws(ScaffoldError) -> Manifest {
        var reader = ManifestReader(.framework, readsAdditions: readsAdditions)
        let manifest = reader.read(file.contents.whole.inMemory ?? [])
        guard reader.problems.isEmpty else {
            let reason = reader.problems.map { "\($0.problem)" }.joined(separator: "; ")
            throw .badManifest(path: file.path, reason: reason)
        }
        return manifest
    }

    /// Whether some file has a condition that requires a name to be true.
    ///
    /// - Parameter name: A name that conditions can use.
    /// - Returns: Whether a rule requires it to be true.
    func hasFiles(for name: String) -> Bool {
        rules.values.contains { $0.terms.contains { $0.name == name && !$0.isNegated } }
    }

    /// Returns the condition for a file to be in a project.
    ///
    /// - Parameter path: The path below the template folder.
    /// - Returns: The conditions of the file and of all folders above it.
    func condition(for path: String) -> Condition {
        guard hasRule(for: path, in: rules.keys) else { return Condition(terms: []) }
        return Condition(terms: placesOfRules(for: path).flatMap { rules[$0]?.terms ?? [] })
    }

    /// Returns whether a file is made once, and is the user's own from then on.
    ///
    /// - Parameter path: The path below the template folder.
    /// - Returns: Whether a rule for the file, or for a folder above it, says so.
    func isMadeOnce(_ path: String) -> Bool {
        hasRule(for: path, in: onceRules)
            && placesOfRules(for: path).contains(where: onceRules.contains)
    }

    /// Returns the paths that a file had in earlier versions of the template.
    ///
    /// - Parameter path: The path below the template folder.
    /// - Returns: The paths, as far as rules for the file and for the folders above it give them.
    func formerPaths(of path: String) -> [String] {
        guard hasRule(for: path, in: formerPaths.keys) else { return [] }
        return placesOfRules(for: path).flatMap { place in
            (formerPaths[place] ?? []).map { $0 + path.dropFirst(place.count) }
        }
    }

    /// Returns what the user has to know when an update adds files.
    ///
    /// - Parameter paths: The paths of the new files, below the template folder.
    /// - Returns: The notices of these files and of the folders above them, each one once.
    func notices(for paths: [String]) -> [String] {
        guard !notices.isEmpty else { return [] }
        return Set(paths.flatMap(placesOfRules)).sorted().compactMap { notices[$0] }
    }

    /// Whether a rule can apply to a file: most manifests have few rules, and a template can have ten thousand files.
    private func hasRule(for path: String, in rules: some Collection<String>) -> Bool {
        // A character of another script can be one with a slash, so that only bytes tell where a name ends.
        rules.count > 20 || !isASCII(path) || rules.contains(where: path.hasPrefix)
    }

    /// Returns the paths whose rules apply to a file: its own, and those of all folders above it.
    private func placesOfRules(for path: String) -> [String] {
        var places = [path]
        var path = path
        path.withUTF8 { bytes in
            for (place, byte) in bytes.enumerated() where byte == UInt8(ascii: "/") {
                let folder = UnsafeBufferPointer(rebasing: bytes[..<place])
                places.append(String(decoding: folder, as: UTF8.self))
            }
        }
        return places
    }
}
