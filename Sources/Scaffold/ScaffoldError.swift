// What can go wrong: cases with facts. Diagnostic.swift makes sentences of them.

import Mustache

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Why a project could not be made.
public enum ScaffoldError: Error, Sendable {
    /// No name for the project.
    case noName
    /// A name that no project can have, the rule it breaks, and a name that would pass.
    case invalidName(String, ProjectName.Problem, suggestion: String)
    /// A word for no framework, the nearest that is one, and all there are.
    case unknownFramework(String, nearest: String?, known: [String])
    /// A word for no language, the nearest that is one, and all there are.
    case unknownLanguage(String, nearest: String?, known: [String])
    /// A framework that is not there in a language, the languages it is there in, and the frameworks
    /// that are there in that one.
    case frameworkInOtherLanguages(String, language: String, languages: [String], known: [String])
    /// A word for no service that runs pipelines, and the nearest that is one.
    case unknownPipeline(String, nearest: String?)
    /// A service that what the project is made from has no pipeline for; nil for nothing of the user's own.
    case noPipeline(Pipeline, template: String?)
    /// Both a framework and a template folder.
    case frameworkAndTemplate
    /// Both a language and a template folder.
    case languageAndTemplate
    /// A place for the project that is inside of its template folder.
    case projectInTemplate(path: String)
    /// An answer to a question that the template does not ask, the nearest key, and all there are.
    case unknownAnswer(AnswerInput, nearest: String?, known: [String])
    /// Two answers to one question.
    case repeatedAnswer(String)
    /// An answer that its question does not take.
    case badAnswer(AnswerInput, Question, AnswerProblem)
    /// An answer to a question that is not asked, since its condition does not hold.
    case answerNotAsked(AnswerInput, Question)
    /// Questions that have neither an answer nor a default.
    case missingAnswers([Question])
    /// A version that the host does not offer, and the nearest it does.
    case unknownPython(String, nearest: PythonVersion)
    /// A name that no account can have, and the rule it breaks.
    case invalidUser(String, AccountName.Problem)
    /// A text that is no domain, and the rule it breaks.
    case invalidDomain(String, Domain.Problem)
    /// A domain below the host's own that belongs to another account.
    case domainOfAnotherAccount(Domain, AccountName)
    /// An empty path for the folder to make the project in.
    case emptyOutput

    /// Something lies where the project should go.
    case targetExists(path: String, Obstacle)
    /// Nothing can be made in the folder where the project should go.
    case badParent(path: String, ParentProblem)
    /// Something that is no file lies where a file of the project should go, or a folder of its.
    case inTheWay(path: String, Obstacle)
    /// Files lie where some of the project should go, with other contents.
    case conflicts(target: String, paths: [String])
    /// Another run works in a folder.
    case busy(path: String)
    /// A folder has the name of our staging folder, and cannot be used as that.
    case badStaging(path: String, StagingProblem)
    /// Changes that failed, or that a killed run left, could not be taken back: what is in the staging
    /// folder is needed for that.
    case notRolledBack(path: String, code: Int32)
    /// A system call failed, with its `errno`.
    case system(Operation, path: String, code: Int32)

    /// A file or folder that was named cannot be read.
    case cannotRead(path: String, ReadProblem)
    /// A file of answers holds something else.
    case badAnswersFile(Mustache.Location, reason: String)
    /// A template folder of the user's own is wrong.
    case badTemplateFolder(path: String, [TemplateFinding])
    /// A template of the user's own has paths or contents that only these answers make wrong.
    indirect case inOwnTemplate(ScaffoldError)
    /// A repository was asked for, and git cannot make it.
    case git(GitProblem)

    /// A project cannot be updated.
    case cannotUpdate(String, UpdateProblem)

    /// A manifest is missing or wrong.
    case badManifest(path: String, reason: String)
    /// A template cannot be parsed or rendered.
    case badTemplate(Mustache.Failure)
    /// A template would become a file outside of the project, or in another's place.
    case badPath(template: String, path: String, reason: PathProblem)
    /// What a manifest says has to be uploaded would be outside of the project.
    case badUpload(manifest: String, path: String, reason: PathProblem)
    /// A file called a template is not valid UTF-8.
    case notText(path: String)

    /// What lies where the project should go.
    public enum Obstacle: Sendable, Hashable {
        /// A folder that is not empty, and what is in it.
        case folder(entries: [String])
        /// A file.
        case file
        /// A symbolic link, wherever it leads.
        case link
        /// A pipe, a socket or a device.
        case other
    }

    /// Why nothing can be made in a folder.
    public enum ParentProblem: Sendable, Hashable {
        /// There is no such folder.
        case missing
        /// It is something else.
        case notAFolder
        /// The system refuses, with its `errno`.
        case notWritable(code: Int32)
    }

    /// Why git cannot make a repository.
    public enum GitProblem: Sendable, Hashable {
        /// There is no git on the path.
        case missing
        /// The system does not start it, with its `errno`.
        case cannotStart(path: String, code: Int32)
        /// It failed, with what it said.
        case failed(command: String, output: String)
    }

    /// Why a staging folder cannot be used.
    public enum StagingProblem: Sendable, Hashable {
        /// It is not one that this user's pa-new made.
        case foreign
        /// Its journal is damaged, or of another version.
        case unreadable
    }

    /// What was being done when the system refused.
    public enum Operation: Sendable, Hashable {
        /// Asking what lies somewhere.
        case look
        /// Keeping other runs out of a folder.
        case lock
        /// Reading a file.
        case read
        /// Removing a file.
        case remove
        /// Making a folder.
        case makeFolder
        /// Writing a file.
        case write
        /// Moving the finished project to its place.
        case rename
    }

    /// Why a template's path cannot be a path in a project.
    public enum PathProblem: Sendable, Hashable {
        /// Nothing before, after or between slashes.
        case emptySegment
        /// A `.` or `..`.
        case leaves
        /// A name of more than 255 bytes.
        case tooLong
        /// A name that only git or pa-new itself may use.
        case reserved
        /// A character that no name should have.
        case controlCharacter
        /// Another file or folder has that name, if only in another case.
        case taken(by: String)
    }

    /// Whose move it is.
    public enum Kind: Sendable, Hashable {
        /// The words of the command line have to change.
        case usage
        /// The project cannot be made in that place.
        case place
        /// The system failed: a full disk, say.
        case system
        /// Another program is missing, or fails.
        case program
        /// The tool's own templates are wrong.
        case templates
        /// A file or folder that was named cannot be read.
        case input
        /// What a file or folder that was named holds has to change.
        case data
    }

    /// Whose move it is.
    public var kind: Kind {
        switch self {
        case .noName, .frameworkAndTemplate, .languageAndTemplate, .projectInTemplate,
            .unknownAnswer, .repeatedAnswer,
            .badAnswer,
            .answerNotAsked, .missingAnswers,
            .invalidName, .unknownFramework, .unknownLanguage, .frameworkInOtherLanguages,
            .unknownPipeline, .noPipeline,
            .unknownPython, .invalidUser, .invalidDomain,
            .domainOfAnotherAccount, .emptyOutput, .cannotUpdate(_, .unknownPython),
            .cannotUpdate(_, .unknownFramework), .cannotUpdate(_, .unknownLanguage),
            .cannotUpdate(_, .frameworkInOtherLanguages), .cannotUpdate(_, .unknownPipeline):
            .usage
        case .targetExists, .badParent, .inTheWay, .conflicts, .busy, .badStaging, .cannotUpdate,
            .system(.look, _, _),
            .system(.lock, _, _):
            .place
        case .system(.rename, _, let code) where code == EACCES || code == EPERM: .place
        case .system, .notRolledBack: .system
        case .git: .program
        case .badManifest, .badTemplate, .badPath, .badUpload, .notText: .templates
        case .cannotRead: .input
        case .badAnswersFile, .badTemplateFolder, .inOwnTemplate: .data
        }
    }
}
