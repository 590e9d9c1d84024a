// What can be wrong with a template folder: the facts, and the only place that makes sentences of them.

import Mustache
import ProjectFiles

/// One thing that is wrong with a template folder.
public struct TemplateFinding: Sendable, Hashable {
    /// The file or folder, with a path below the template folder.
    public let path: String
    /// The line in the file, from 1; nil if the finding is about the file itself.
    public let line: Int?
    /// The character in the line, from 1.
    public let column: Int?
    /// What is wrong.
    public let problem: TemplateProblem

    /// The severity; a template with an error cannot be used.
    public var severity: Severity { problem.severity }

    init(path: String, problem: TemplateProblem) {
        self.path = path
        line = nil
        column = nil
        self.problem = problem
    }

    init(_ location: Mustache.Location, _ problem: TemplateProblem) {
        path = location.path
        line = location.line
        column = location.column
        self.problem = problem
    }
}

/// What is wrong with a template folder.
public enum TemplateProblem: Sendable, Hashable {
    // MARK: The folder

    /// A symbolic link.
    case link
    /// A pipe, a socket or a device.
    case notAFile
    /// Another repository inside of the one that was fetched.
    case submodule
    /// A file that git's extension LFS keeps elsewhere.
    case largeFilePointer
    /// A name that is not valid UTF-8.
    case nameIsNotText
    /// The system refuses, with its `errno`.
    case unreadable(code: Int32)
    /// A file that is too large.
    case tooLarge(most: Int)
    /// A template that is not valid UTF-8.
    case notText
    /// A path that is not allowed in a project.
    case path(PathProblem)
    /// A path that is not allowed in a project, with the default answers in it.
    case usualPath(String, PathProblem)
    /// A name that Windows does not allow.
    case notOnWindows(String)

    // MARK: The manifest

    /// The manifest is missing.
    case missingManifest
    /// The manifest is missing here, but there is one in these folders; what to write instead.
    case manifestElsewhere([String], instead: String)
    /// The folder is a bare git repository; its address.
    case bareRepository(instead: String)
    /// The manifest is not JSON; the reader's sentence.
    case json(String)
    /// An unknown key.
    case unknownKey(String, nearest: String?)
    /// A required key is missing.
    case missingKey(String)
    /// A value of the wrong type.
    case wrongType(key: String, expected: String, found: String)
    /// An empty value where one is required.
    case empty(key: String)
    /// A text with a character that is invisible or controls a terminal.
    case invisibleCharacter(key: String)
    /// Too many elements.
    case tooMany(key: String, most: Int)
    /// A key that a question cannot have.
    case badQuestionKey(String)
    /// A key that is one of pa-new's own names.
    case ownName(String)
    /// A key that an earlier question has.
    case repeatedQuestion(String)
    /// A former key that a question of the manifest has.
    case formerQuestion(String)
    /// An unknown type.
    case unknownType(String, nearest: String?)
    /// A key that is not allowed for questions of this type.
    case notForType(key: String, type: String)
    /// A word that occurs twice, or has the same name in conditions as another one.
    case repeatedChoice(String)
    /// A pattern that is not valid.
    case badPattern(Pattern.Problem)
    /// A default that is not valid for its own question.
    case badDefault(AnswerProblem)
    /// A condition on an unknown name.
    case unknownCondition(String, nearest: String?)
    /// A condition on a later question, or on the question itself.
    case laterQuestion(String)
    /// A condition on a value that is neither true nor false; what to write instead, if known.
    case notATruth(String, instead: String?)
    /// A rule for a file or folder that does not exist.
    case unknownFile(String, nearest: String?)
    /// A path to upload that is not allowed in a project.
    case badUpload(String, PathProblem)
    /// A part of a static folder that is not valid.
    case badStaticFolder(key: String, String, StaticFolder.Problem)
    /// A URL that an earlier static folder has.
    case repeatedURL(String)
    /// Folders of packages in a template that installs none.
    case staticFoldersWithoutPackages

    /// A path in an addition that is not allowed in a project.
    case badAdditionPath(String, PathProblem)
    /// A file whose code is not known.
    case unknownCode(String)
    /// A place that is not one of the forms.
    case badPlace(String)
    /// Two keys that exclude each other.
    case excluded(String, by: String)
    /// Sizes that are not one or two whole numbers, the smaller one first.
    case badSizes
    /// A file of an addition that no piece uses.
    case unusedAddition

    // MARK: Templates

    /// A template breaks the rules for tags, or uses an unknown name or partial.
    case mustache(Mustache.Failure.Kind)
    /// A name that is known only inside a list.
    case onlyInside(String, list: String)
    /// A tag that is not allowed in a path.
    case tagInPath(String)
    /// A dynamic partial whose name is not a choice.
    case dynamicName(String)
    /// A partial that includes itself, perhaps through others.
    case circle([String])
    /// A partial that is never included.
    case unusedPartial
    /// A question whose answer has no effect.
    case unusedQuestion(String)
    /// A free text that can break the code around it.
    case rawText(String, LiteralLanguage)
    /// A literal with quotation marks around it, although it has its own.
    case literalInQuotes(String)
}

extension TemplateProblem {
    /// The severity.
    public var severity: Severity {
        switch self {
        case .notOnWindows, .unusedPartial, .unusedQuestion, .unusedAddition, .rawText,
            .literalInQuotes:
            .warning
        default: .error
        }
    }
}

extension TemplateFinding: CustomStringConvertible {
    /// The path, the line and column if known, and a sentence.
    ///
    /// The path is escaped so that it cannot control a terminal.
    public var description: String {
        var place = printable(path)
        if let line, let column { place += ":\(line):\(column)" }
        let words = printable("\(problem)")
        return "\(place): \(severity == .warning ? "warning: " : "")\(words)"
    }
}

extension TemplateProblem: CustomStringConvertible {
    /// The problem in words.
    public var description: String {
        switch self {
        case .link: "it is a symbolic link; a template needs the file itself"
        case .notAFile: "it is neither a file nor a folder"
        case .submodule: "it is a git submodule; pa-new does not fetch submodules"
        case .largeFilePointer: "it is kept by Git LFS; pa-new does not fetch such files"
        case .nameIsNotText: "its name is not valid UTF-8"
        case .unreadable(let code): "it cannot be read: \(systemReason(code))"
        case .tooLarge(let most): "it is larger than \(size(most))"
        case .notText: "it is not valid UTF-8, but a template has to be"
        case .path(let problem): "its path is not allowed in a project: \(problem)"
        case .usualPath(let path, let problem):
            "with the default answers, its path is \(quoted(path)): \(problem)"
        case .notOnWindows(let name): "the name \(quoted(name)) is not allowed on Windows"
        case .missingManifest: "there is no \(Manifest.fileName), which every template needs"
        case .manifestElsewhere(let folders, let instead): Self.elsewhere(folders, instead)
        case .bareRepository(let instead): Self.bareRepository(instead)
        case .json(let sentence): sentence
        case .unknownKey(let key, let nearest): "unknown key \(quoted(key))" + suggestion(nearest)
        case .missingKey(let key): "the key '\(key)' is missing"
        case .wrongType(let key, let expected, let found):
            "\(quoted(key)) has to be \(expected), not \(found)"
        case .empty(let key): "\(quoted(key)) is empty"
        case .invisibleCharacter(let key):
            "\(quoted(key)) has a character that cannot be shown"
        case .tooMany(let key, let most): "\(quoted(key)) has more than \(most) elements"
        case .badQuestionKey(let key):
            "\(quoted(key)) is not a valid key: "
                + "use a letter, then up to 63 letters, digits and '_'"
        case .ownName(let key):
            "the name \(quoted(key)) is reserved: pa-new defines it for every template"
        case .repeatedQuestion(let key): "there is already a question \(quoted(key))"
        case .formerQuestion(let key): Self.stillThere(key)
        case .unknownType(let type, let nearest): Self.unknown(type: type, nearest)
        case .notForType(let key, let type):
            "'\(key)' is not allowed in a question of type '\(type)'"
        case .repeatedChoice(let word):
            "there is already a choice \(quoted(word)), or one that looks the same in conditions"
        case .badPattern(let problem): "\(problem)"
        case .badDefault(let problem): "the default is not a valid answer: \(problem)"
        case .unknownCondition(let name, let nearest):
            "the condition names an unknown question \(quoted(name))" + suggestion(nearest)
        case .laterQuestion(let name): "the condition uses \(quoted(name)) before it is answered"
        case .notATruth(let name, let instead):
            "the condition \(quoted(name)) is neither true nor false"
                + (instead.map { "; write '\($0)'" } ?? "")
        case .unknownFile(let path, let nearest):
            "there is no file or folder \(quoted(path))" + suggestion(nearest)
        case .badUpload(let path, let problem): "\(quoted(path)) cannot be uploaded: \(problem)"
        case .badStaticFolder(let key, let value, let problem):
            "\(quoted(value)) cannot be the '\(key)' of a static folder: \(problem)"
        case .repeatedURL(let url): "there is already a static folder for \(quoted(url))"
        case .staticFoldersWithoutPackages:
            "'staticFolders' needs a requirements.txt that installs the packages"
        case .badAdditionPath(let path, let problem):
            "\(quoted(path)) cannot be in a project: \(problem)"
        case .unknownCode(let path): Self.ofUnknownCode(path)
        case .badPlace(let words):
            "\(quoted(words)) is not a place; valid values: "
                + listed(Addition.Place.forms.map(quoted))
        case .excluded(let key, let other): "'\(key)' and '\(other)' exclude each other"
        case .badSizes:
            "'megabytes' has to be one or two whole numbers above 0, the smaller one first"
        case .unusedAddition: "no addition uses it"

        case .mustache(let kind): "\(kind)"
        case .onlyInside(let name, let list): "'\(name)' can only be used inside '\(list)'"
        case .tagInPath(let name):
            "\(quoted(name)) is not allowed in a path: only {{name}} is, and only for a text"
        case .dynamicName(let name):
            "\(quoted(name)) cannot select a partial, because it is not a choice"
        case .circle(let chain):
            "it includes itself: " + listed(chain.map(quoted), most: 10, conjunction: "then")
        case .unusedPartial: "no template includes it"
        case .unusedQuestion(let key): "the answer to '\(key)' is not used"
        case .rawText(let key, let language): Self.ofRawText(key, in: language)
        case .literalInQuotes(let name):
            "{{\(name)}} has its own quotation marks: remove the ones around it"
        }
    }

    private static func ofRawText(_ key: String, in language: LiteralLanguage) -> String {
        language == .html
            ? "an answer to '\(key)' can break the page: write {{\(key).html}}, which is escaped"
            : "an answer to '\(key)' can break this code: write {{\(key).\(language.rawValue)}}, a text "
                + "for \(language.title) with its quotation marks"
    }

    private static func bareRepository(_ instead: String) -> String {
        "this is a git repository without files; write its address: \(instead)"
    }

    private static func stillThere(_ key: String) -> String {
        "'formerly' names \(quoted(key)), but there is still a question \(quoted(key))"
    }

    private static func elsewhere(_ folders: [String], _ instead: String) -> String {
        "there is no \(Manifest.fileName) here, but in "
            + "\(listed(folders.map(quoted), most: 3)): write \(instead)"
    }

    private static func unknown(type: String, _ nearest: String?) -> String {
        "there is no type \(quoted(type))"
            + (nearest.map { ", did you mean '\($0)'?" }
                ?? "; valid values: \(listed(ManifestReader.types))")
    }

    private static func ofUnknownCode(_ path: String) -> String {
        "pa-new cannot add code to \(quoted(path)): it knows files that end in "
            + listed(CodeSyntax.endings, conjunction: "or")
    }

    private func suggestion(_ nearest: String?) -> String {
        nearest.map { ", did you mean '\($0)'?" } ?? ""
    }
}

extension AnswerProblem: CustomStringConvertible {
    /// The problem in words.
    public var description: String {
        switch self {
        case .wrongType(let expected): "it has to be \(expected)"
        case .notYesOrNo: "it has to be yes or no"
        case .notAnInteger: "it has to be a whole number"
        case .tooManyDigits: "this number has too many digits"
        case .notAChoice(let nearest, let words):
            nearest.map { "did you mean \(quoted($0))?" }
                ?? "valid values: \(listed(words.map(quoted), most: 10))"
        case .noMatch(let pattern): "it has to match \(quoted(pattern))"
        case .controlCharacter("\n"), .controlCharacter("\r"): "a line break is not allowed"
        case .controlCharacter(let scalar):
            "the character \(quoted(String(scalar))) is not allowed"
        case .tooLong(let most): "it is longer than \(most) bytes"
        case .tooManyLines(let most): "it has more than \(most) lines"
        }
    }
}

extension PathProblem: CustomStringConvertible {
    /// The problem in words.
    public var description: String {
        switch self {
        case .emptySegment: "a folder or file in it has an empty name"
        case .leaves: "it leads out of the project's folder"
        case .tooLong: "a name in it is longer than 255 bytes"
        case .pathTooLong: "it is longer than \(maxPathBytes) bytes"
        case .tooDeep: "it has more than \(maxPathNames) names"
        case .reserved: "a name in it is reserved for git or pa-new"
        case .controlCharacter: "it has a control character"
        case .taken(let other): "it conflicts with \(quoted(other))"
        }
    }
}
