// What can go wrong: cases with facts. ScaffoldErrorMessages.swift makes the sentences.

import Mustache
import ProjectFiles

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Why a project could not be created or updated.
public enum ScaffoldError: Error, Sendable {
    /// The project has no name.
    case noName
    /// A name that is not allowed, the rule that it breaks, and a similar name that is allowed.
    case invalidName(String, ProjectName.Problem, suggestion: String)
    /// An unknown framework, the nearest one that exists, and all that exist.
    case unknownFramework(String, nearest: String?, known: [String])
    /// The name of a language where a framework is expected, and the frameworks in that language.
    case languageAsFramework(String, frameworks: [String])
    /// An unknown language, the nearest one that exists, and all that exist.
    case unknownLanguage(String, nearest: String?, known: [String])
    /// A framework that is not available in a language, the languages that it has, and the frameworks
    /// that are available in that language.
    case frameworkInOtherLanguages(String, language: String, languages: [String], known: [String])
    /// An unknown service for pipelines, and the nearest one that exists.
    case unknownPipeline(String, nearest: String?)
    /// A service for which the framework or template has no pipeline; `template` is nil for a framework.
    case noPipeline(Pipeline, template: String?)
    /// A job that updates the project, without a pipeline.
    case updatesWithoutPipeline
    /// A job that updates the project, which the framework or template does not have.
    case noUpdateJob(template: String?)
    /// A database for a framework or template that does not ask for one, and the frameworks that do;
    /// `template` is nil for a framework.
    case noDatabase(framework: String, template: String?, offering: [String])
    /// Both a framework and a template folder were given.
    case frameworkAndTemplate
    /// Both a language and a template folder were given.
    case languageAndTemplate
    /// The destination of the project is inside its template folder.
    case projectInTemplate(path: String)
    /// An answer to a question that does not exist, the nearest key, and all keys.
    case unknownAnswer(AnswerInput, nearest: String?, known: [String])
    /// An answer to a question that the template has renamed, and the new key.
    case renamedAnswer(AnswerInput, now: String)
    /// Two answers to the same question.
    case repeatedAnswer(String)
    /// An answer that is not valid for its question.
    case badAnswer(AnswerInput, Question, AnswerProblem)
    /// An answer to a question that is not asked because its condition is false.
    case answerNotAsked(AnswerInput, Question)
    /// Questions that have neither an answer nor a default.
    case missingAnswers([Question])
    /// A Python version that PythonAnywhere does not offer, and the nearest one that it does.
    case unknownPython(String, nearest: PythonVersion)
    /// An account name that is not allowed, and the rule that it breaks.
    case invalidUser(String, AccountName.Problem)
    /// A text that is not a valid domain, and the rule that it breaks.
    case invalidDomain(String, Domain.Problem)
    /// A domain below PythonAnywhere's own that belongs to another account.
    case domainOfAnotherAccount(Domain, AccountName)
    /// The path of the parent folder is empty.
    case emptyOutput

    /// Files could not be read or written.
    case files(FileError)
    /// Files with other contents exist at paths of the project.
    case conflicts(target: String, paths: [String])
    /// A file or folder that was named cannot be read.
    case cannotRead(path: String, ReadProblem)
    /// A text that is meant as the address of a template, but is none.
    case badAddress(String, TemplateAddress.Problem)
    /// A template cannot be fetched from its address.
    case cannotFetch(TemplateAddress, FetchProblem)
    /// The contents of an answers file are not valid.
    case badAnswersFile(Mustache.Location, reason: String)
    /// A template folder of the user's own has errors.
    case badTemplateFolder(path: String, [TemplateFinding])
    /// A template of the user's own has paths or contents that are wrong with these answers only.
    indirect case inOwnTemplate(ScaffoldError)

    /// A project cannot be updated.
    case cannotUpdate(String, UpdateProblem)

    /// An app that is there already cannot be connected.
    case cannotAdopt(String, AdoptProblem)

    /// A name that is not allowed for a handler, the rule that it breaks, and a similar name that is allowed.
    case badHandlerName(String, HandlerName.Problem, suggestion: String)
    /// A path that is not allowed for a page, and the rule that it breaks.
    case badPagePath(String, PagePath.Problem)
    /// Nothing can be added to a project.
    case cannotAdd(String, AddProblem)

    /// A manifest is missing or wrong.
    case badManifest(path: String, reason: String)
    /// A template cannot be parsed or rendered.
    case badTemplate(Mustache.Failure)
    /// A template would become a file outside of the project, or at the path of another file.
    case badPath(template: String, path: String, reason: PathProblem)
    /// A path to upload, according to the manifest, is outside of the project.
    case badUpload(manifest: String, path: String, reason: PathProblem)
    /// A project would have more than it may have; the template at which that was noticed.
    case tooMuchOutput(template: String, OutputProblem)
    /// A file with the ending of a template is not valid UTF-8.
    case notText(path: String)
    /// One of the tool's own documents cannot be written as JSON.
    case notEncodable(name: String, reason: String)

    /// Category of an error; decides the exit code.
    public enum Kind: Sendable, Hashable {
        /// The arguments of the command line are wrong.
        case usage
        /// The project cannot be created at its destination.
        case destination
        /// The system failed, for example because the disk is full.
        case system
        /// Another program is missing or fails.
        case program
        /// The tool's own templates are wrong, or it cannot write its own documents.
        case internalFault
        /// A file or folder that was named cannot be read.
        case input
        /// A file or folder that was named has wrong contents.
        case data
    }

    /// Category of the error; decides the exit code.
    public var kind: Kind {
        switch self {
        case .noName, .frameworkAndTemplate, .languageAndTemplate, .projectInTemplate,
            .unknownAnswer, .renamedAnswer, .repeatedAnswer,
            .badAnswer,
            .answerNotAsked, .missingAnswers,
            .invalidName, .unknownFramework, .languageAsFramework, .unknownLanguage,
            .frameworkInOtherLanguages,
            .unknownPipeline, .noPipeline, .updatesWithoutPipeline, .noUpdateJob, .noDatabase,
            .unknownPython, .invalidUser, .invalidDomain,
            .domainOfAnotherAccount, .emptyOutput, .cannotUpdate(_, .configuration),
            .cannotUpdate(_, .badExclusion), .cannotUpdate(_, .recorded),
            .cannotUpdate(_, .givenTwice),
            .badHandlerName, .badPagePath, .badAddress:
            .usage
        case .conflicts, .cannotUpdate, .cannotAdd: .destination
        case .cannotAdopt(_, let problem): problem.kind
        case .files(let error): error.kind
        case .notEncodable: .internalFault
        case .badManifest, .badTemplate, .badPath, .badUpload, .notText: .internalFault
        case .cannotRead(_, .tooLarge): .system
        case .cannotRead: .input
        case .cannotFetch(_, let problem): problem.kind
        case .badAnswersFile, .badTemplateFolder, .inOwnTemplate, .tooMuchOutput: .data
        }
    }
}

extension FileError {
    /// Category of the error; decides the exit code.
    public var kind: ScaffoldError.Kind {
        switch self {
        case .targetExists, .badParent, .inTheWay, .busy, .badStaging, .system(.look, _, _),
            .system(.lock, _, _):
            .destination
        case .system(.rename, _, let code) where code == EACCES || code == EPERM: .destination
        case .system, .notRolledBack, .changed: .system
        case .git: .program
        case .badPath, .notEncodable: .internalFault
        }
    }
}

/// Runs a function that reads or writes files, and converts its error to this domain.
///
/// - Parameter work: The function.
/// - Returns: Its result.
/// - Throws: ``ScaffoldError/files(_:)``.
func onFiles<Value: ~Copyable>(
    _ work: () throws(FileError) -> Value
) throws(ScaffoldError) -> Value {
    do throws(FileError) {
        return try work()
    } catch {
        throw .files(error)
    }
}
