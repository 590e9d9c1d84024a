// What happened, told after it happened.

/// What was done, and what to do next.
public struct Report: Sendable, Hashable {
    /// What was done to a file.
    public enum Verb: String, Sendable {
        /// It was not there, and is now.
        case create
        /// It was there already, with the same contents.
        case identical
        /// It was as pa-new wrote it, and has today's contents now.
        case update
        /// It was edited, and has today's changes besides the edits now.
        case merge
        /// It was edited where the template changed, too: it has both now, between markers.
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
        /// The path below the project's folder.
        public let path: String
    }

    /// The project's folder, as a path that starts where the user is.
    public let target: String
    /// The files, in the order of their paths.
    public let files: [File]
    /// What to do next.
    public let walkthrough: Walkthrough
    /// Whether an account was named; if not, ``Site/placeholder`` stands in the steps.
    public let namesAccount: Bool

    /// Tells what happened.
    ///
    /// - Parameters:
    ///   - answers: What was decided.
    ///   - files: What was written.
    init(_ answers: Answers, _ files: [RenderedFile]) {
        target = answers.target
        self.files = files.map { File(verb: .create, path: $0.path) }
        walkthrough = Walkthrough(answers, parent: answers.parent)
        namesAccount = answers.account != nil
    }
}
