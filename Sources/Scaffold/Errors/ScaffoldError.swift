// What can go wrong: cases with facts. Diagnostic.swift makes sentences of them.

import Mustache
import ProjectFiles

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

    /// Files could not be read or written.
    case files(FileError)
    /// Files lie where some of the project should go, with other contents.
    case conflicts(target: String, paths: [String])
    /// A file or folder that was named cannot be read.
    case cannotRead(path: String, ReadProblem)
    /// A file of answers holds something else.
    case badAnswersFile(Mustache.Location, reason: String)
    /// A template folder of the user's own is wrong.
    case badTemplateFolder(path: String, [TemplateFinding])
    /// A template of the user's own has paths or contents that only these answers make wrong.
    indirect case inOwnTemplate(ScaffoldError)

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
    /// A document of the tool's own cannot be written as JSON.
    case notEncodable(name: String, reason: String)

    /// Category of an error; decides the exit code.
    public enum Kind: Sendable, Hashable {
        /// The words of the command line have to change.
        case usage
        /// The project cannot be made in that place.
        case destination
        /// The system failed: a full disk, say.
        case system
        /// Another program is missing, or fails.
        case program
        /// The tool's own templates are wrong, or it cannot write its own documents.
        case internalFault
        /// A file or folder that was named cannot be read.
        case input
        /// What a file or folder that was named holds has to change.
        case data
    }

    /// Category of the error; decides the exit code.
    public var kind: Kind {
        switch self {
        case .noName, .frameworkAndTemplate, .languageAndTemplate, .projectInTemplate,
            .unknownAnswer, .repeatedAnswer,
            .badAnswer,
            .answerNotAsked, .missingAnswers,
            .invalidName, .unknownFramework, .unknownLanguage, .frameworkInOtherLanguages,
            .unknownPipeline, .noPipeline,
            .unknownPython, .invalidUser, .invalidDomain,
            .domainOfAnotherAccount, .emptyOutput, .cannotUpdate(_, .configuration):
            .usage
        case .conflicts, .cannotUpdate: .destination
        case .files(let error): error.kind
        case .notEncodable: .internalFault
        case .badManifest, .badTemplate, .badPath, .badUpload, .notText: .internalFault
        case .cannotRead: .input
        case .badAnswersFile, .badTemplateFolder, .inOwnTemplate: .data
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
        case .system, .notRolledBack: .system
        case .git: .program
        case .badPath, .notEncodable: .internalFault
        }
    }
}

/// Runs work with files, and makes its error one of this domain.
///
/// - Parameter work: What reads or writes files.
/// - Returns: What it returns.
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
