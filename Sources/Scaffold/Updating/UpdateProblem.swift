// What keeps a project from being updated, beside what keeps one from being made.

/// What keeps a project from being updated.
public enum UpdateProblem: Error, Sendable, Hashable {
    /// There is no such folder, or nothing can be written in it.
    case noFolder(ScaffoldError.ParentProblem)
    /// There is no `.pa-new.json`: pa-new did not make the project.
    case noRecord
    /// The `.pa-new.json` cannot be used.
    case badRecord(reason: String)
    /// There is no `.pa-new.base.json`: what was generated then is not known.
    case noBase
    /// The `.pa-new.base.json` cannot be used.
    case badBase(BaseProblem)
    /// A newer pa-new made the project.
    case newer(version: String)
    /// It was made from a template of the user's own, and nothing says where that is.
    case ownTemplate(name: String)
    /// The Python that it was made for, or is to be made for, is not offered: the nearest that is.
    case unknownPython(String, nearest: PythonVersion)
    /// The framework that it was made from, or is to be made from, is none: the nearest one, and all there
    /// are.
    case unknownFramework(String, nearest: String?, known: [String])
    /// The language that it was made in, or is to be made in, is none: the nearest one, and all there are.
    case unknownLanguage(String, nearest: String?, known: [String])
    /// Its framework is not there in its language: the languages it is there in, and the frameworks that
    /// are there in that one.
    case frameworkInOtherLanguages(String, language: String, languages: [String], known: [String])
    /// The service that runs its pipeline, or is to run it, is none: the nearest one.
    case unknownPipeline(String, nearest: String?)
    /// A file still has the markers of an earlier update.
    case unresolved([String])

    /// What is wrong with a `.pa-new.base.json`.
    public enum BaseProblem: Sendable, Hashable {
        /// It is no document of that kind: damaged, or edited.
        case notReadable
        /// It has a form that this version does not know.
        case version(Int)
        /// An entry has a path that no file of a project can have, twice the same, or no contents.
        case path(String)
    }
}
