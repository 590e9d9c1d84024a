// What happened, told after it happened; or what would, for a run that writes nothing.

import ProjectFiles

/// What was done, and what to do next.
public struct Report: Sendable, Hashable {
    /// What was done to a file.
    public enum Verb: String, Sendable, CaseIterable {
        /// It was not there, and is now.
        case create
        /// It was there already, with the same contents.
        case identical
        /// It took the place of another one.
        case overwrite
        /// It was as pa-new wrote it, and has today's contents now.
        case update
        /// It was edited, and has today's changes besides the edits now.
        case merge
        /// Update: it was edited where the template changed, too: it has both now, between markers.
        /// A new project: another one is there, and nobody has decided between them.
        case conflict
        /// It lies where the new answers put it, with its edits.
        case move
        /// It was as pa-new wrote it, is generated no more, and is gone now.
        case delete
        /// It was edited, and there is nothing new for it.
        case keep
        /// It was left out.
        case skip
    }

    /// A file of the project.
    public struct File: Sendable, Hashable {
        /// What was done to it.
        public let verb: Verb
        /// The file as the project has it, whatever lies in its place.
        let file: RenderedFile
        /// Where the old contents are now, as a path below the project's folder.
        public let keptAt: String?
        /// The path that it had before, where an update moved it.
        public var movedFrom: String?

        /// The path below the project's folder.
        public var path: String { file.path }
        /// Its size.
        public var bytes: Int { file.contents.count }
        /// Its permissions, of which the umask takes its share.
        public var mode: String { file.isExecutable ? "0755" : "0644" }
        /// The digest of its contents, in hexadecimal digits.
        public var sha256: String { SHA256.hex(of: file.contents) }
    }

    /// The project's folder, as a path that starts where the user is.
    public let target: String
    /// The files, in the order of their paths.
    public let files: [File]
    /// What to do next.
    public let nextSteps: NextSteps
    /// Whether an account was named; if not, ``Site/placeholder`` stands in the steps.
    public let namesAccount: Bool
    /// Whether nothing was written: the verbs then say what would be done.
    public let isDryRun: Bool
    /// The repository that the project lies in, where one was asked for.
    public let repository: Repository?
    /// Whether changes that a killed run had left unfinished were taken back before.
    public internal(set) var didRecover = false
    /// What the project was made from.
    let answers: ProjectRecord

    /// Tells what happened.
    ///
    /// - Parameters:
    ///   - project: The project.
    ///   - files: What was done to each file.
    ///   - repository: The repository that the project lies in, where one was asked for.
    ///   - isDryRun: Whether nothing was written.
    ///   - target: The project's folder, where it is not the one that a new project gets.
    ///   - nextSteps: What to do next, where that is not what a new project needs.
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
        self.nextSteps = nextSteps ?? NextSteps(project, parent: answers.parent)
        namesAccount = answers.account != nil || !answers.hasEntryFile
        self.isDryRun = isDryRun
        self.repository = repository
        // Whoever reads a report need not know which language is the standard one.
        var record = ProjectRecord(answers)
        record.language = answers.framework.language
        self.answers = record
    }
}
