// The result of a run, or in a dry run the result that it would have.

import ProjectFiles

/// What was done, and what to do next.
public struct Report: Sendable, Hashable {
    /// What was done to a file.
    public enum Verb: String, Sendable, CaseIterable {
        /// It was created.
        case create
        /// It existed already, with the same contents.
        case identical
        /// It replaced another file.
        case overwrite
        /// It had no edits and now has the contents of today's template.
        case update
        /// It had edits, and today's changes were merged into it.
        case merge
        /// In an update: the user and the template changed the same lines; it has both, between markers.
        /// In a new project: another file exists and needs a decision.
        case conflict
        /// It was moved, with its edits, to the path that the new answers give it.
        case move
        /// It had no edits, is no longer generated, and was deleted.
        case delete
        /// It had edits, and the template has no changes for it.
        case keep
        /// It was skipped.
        case skip
    }

    /// A file of the project.
    public struct File: Sendable, Hashable {
        /// What was done to it.
        public let verb: Verb
        /// The file of the project, even if another file is at its path.
        let file: RenderedFile
        /// The new path of the old contents, below the project's folder.
        public let keptAt: String?
        /// The path that it had before, if an update moved it.
        public var movedFrom: String?
        /// The size of a file of the user's that is too large to be read; nil for any other.
        var unreadBytes: Int?

        /// The path below the project's folder.
        public var path: String { file.path }
        /// Its size.
        public var bytes: Int { unreadBytes ?? file.contents.count }
        /// Its permissions, before the umask restricts them.
        public var mode: String { file.isExecutable ? "0755" : "0644" }
        /// The digest of its contents, in hexadecimal digits; nil if it was not read.
        public var sha256: String? { unreadBytes == nil ? file.contents.sha256 : nil }
    }

    /// The project's folder, as a path relative to the current folder.
    public let target: String
    /// The files, sorted by path.
    public let files: [File]
    /// What to do next.
    public let nextSteps: NextSteps
    /// The mappings of static files that the web app needs.
    let staticMappings: [StaticMapping]
    /// Whether an account was given; if not, the steps have ``Site/placeholder``.
    public internal(set) var namesAccount: Bool
    /// What the template has to say about the project's Python version, if anything.
    public let pythonNote: String?
    /// Whether nothing was written; the verbs then say what would be done.
    public let isDryRun: Bool
    /// The repository that contains the project, if one was asked for.
    public let repository: Repository?
    /// Whether the unfinished changes of a killed run were rolled back first.
    public internal(set) var didRecover = false
    /// What was found of an app that was there already.
    public package(set) var found: [FoundFact] = []
    /// What an update is called, such as in a commit; nil for anything else.
    public internal(set) var title: String?
    /// What else to tell the user about it, in whole sentences.
    public package(set) var remarks: [String] = []
    /// The record of the project.
    let answers: ProjectRecord

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - files: What was done to each file.
    ///   - repository: The repository that contains the project, if one was asked for.
    ///   - isDryRun: Whether nothing was written.
    ///   - target: The project's folder; nil for the folder of a new project.
    ///   - nextSteps: What to do next; nil for the steps of a new project.
    init(
        _ project: Project,
        _ files: [File],
        repository: Repository? = nil,
        isDryRun: Bool = false,
        target: String? = nil,
        nextSteps: NextSteps? = nil
    ) {
        let answers = project.configuration
        self.target = target ?? answers.target
        self.files = files
        self.nextSteps =
            nextSteps
            ?? NextSteps(
                project,
                parent: answers.parent,
                console: answers.console,
                interpreter: answers.interpreter
            )
        staticMappings = answers.staticMappings
        namesAccount = answers.account != nil || !answers.hasEntryFile
        pythonNote = answers.framework.manifest.pythonNotes[answers.python]
        self.isDryRun = isDryRun
        self.repository = repository
        // The report names the language, so that its readers need not know the default language.
        var record = ProjectRecord(answers)
        record.language = answers.framework.language
        self.answers = record
    }
}

/// Returns what there is to say about files that a template makes once, and that were there before it.
///
/// - Parameter paths: The paths of the files.
/// - Returns: A sentence, or none.
func remarks(aboutOwn paths: [String]) -> [String] {
    if paths.isEmpty { return [] }
    let (it, files) = paths.count == 1 ? ("it stays", "this file") : ("they stay", "these files")
    return [
        "You already have \(listed(paths.map(plainOrQuoted), most: 10)): \(it) unchanged, because the "
            + "template makes \(files) only once."
    ]
}
