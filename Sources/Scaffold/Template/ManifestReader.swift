// Reads the text of a manifest.json, and finds every mistake in it.

import JSON
import Mustache
import ProjectFiles

/// Reads a manifest, and continues after a mistake to find the others.
struct ManifestReader {
    /// The rules for a manifest.
    enum Rules {
        /// A framework of the tool, which needs a title, a summary and a greeting.
        case framework
        /// A template of the user's own: every key is optional. The default title is the folder's name.
        case own(name: String)
    }

    /// The types of questions.
    static let types = ["text", "bool", "integer", "choice"]

    /// What a rule for a file or folder can say.
    private static let fileRules = ["when", "once", "formerly", "notice"]

    static let maxQuestions = 1000
    /// Far more than any real manifest; a larger file is a mistake and is not read.
    static let maxBytes = 1 << 20

    private let rules: Rules
    private let readsAdditions: Bool
    /// Whether the template is for an app that is there already: only that one has questions with lines.
    private(set) var adopts = false
    var problems: [(offset: Int, problem: TemplateProblem)] = []
    /// The offset of each question's key.
    var questionOffsets: [String: Int] = [:]
    /// The offset of each rule for a file.
    private(set) var ruleOffsets: [String: Int] = [:]
    /// The offset of each command.
    private(set) var commandOffsets: [Int] = []
    /// The templates in the steps on PythonAnywhere, each with its offset.
    var hostStepTexts: [(text: String, offset: Int)] = []
    /// The notices of new files, which are templates, each with its offset.
    private(set) var noticeTexts: [(text: String, offset: Int)] = []
    /// The templates in the additions, each with its offset.
    var additionTexts: [(text: String, offset: Int)] = []
    /// The files with the code of additions, each with its offset.
    var additionSources: [(path: String, offset: Int)] = []
    /// The offset of each path to upload.
    private(set) var uploadOffsets: [Int] = []

    /// Whether a name can be used in a condition, and what to write instead if not.
    enum Truth {
        case usable
        case not(instead: String?)
    }
    var truths = OwnNames().values.mapValues { _ in Truth.usable }
    /// The number of suggestions still allowed: each one compares the word with every name.
    private var hints = 50
    /// The keys of all questions, for conditions on later ones.
    var allKeys: Set<String> = []

    init(_ rules: Rules, readsAdditions: Bool = true) {
        (self.rules, self.readsAdditions) = (rules, readsAdditions)
    }

    /// Reads a manifest.
    ///
    /// - Parameter bytes: The text of the file.
    /// - Returns: The valid parts of the manifest; ``problems`` has the mistakes.
    mutating func read(_ bytes: [UInt8]) -> Manifest {
        var manifest = Manifest()
        if case .own(let name) = rules { manifest.title = name }
        do {
            let json = try JSONText(bytes)
            if let fields = fields(of: json, called: "the manifest", known: keys) {
                read(fields, json, into: &manifest)
            }
        } catch {
            problems.append((error.offset, .json("\(error)")))
        }
        problems.sort { $0.offset < $1.offset }
        return manifest
    }

    /// The keys that the manifest of a template can have.
    static let keysOfTemplates = [
        "title", "summary", "greeting", "modules", "questions", "files", "commands", "uploads",
        "hostSteps", "staticFolders", "pythonNotes", "additions", "features", "megabytes",
    ]

    private var keys: [String] {
        if case .framework = rules {
            Self.keysOfTemplates + ["framework", "language", "default", "adopts"]
        } else {
            Self.keysOfTemplates
        }
    }

    private mutating func read(
        _ fields: Fields,
        _ json: JSONText,
        into manifest: inout Manifest
    ) {
        adopts = truth(fields["adopts"], "adopts") ?? false
        manifest.adopts = adopts
        if case .framework = rules {
            for key in ["title", "summary", "greeting"] where fields[key] == nil {
                problems.append((json.offset, .missingKey(key)))
            }
        }
        manifest.framework = word(fields["framework"], "framework") ?? manifest.framework
        manifest.language = word(fields["language"], "language") ?? manifest.language
        manifest.title = line(fields["title"], "title") ?? manifest.title
        manifest.summary = line(fields["summary"], "summary") ?? ""
        manifest.greeting = line(fields["greeting"], "greeting") ?? ""
        manifest.modules = lines(fields["modules"], "modules", most: 1000).map(\.text)
        manifest.isDefault = truth(fields["default"], "default") ?? false
        readQuestions(fields["questions"], into: &manifest)
        readFiles(fields["files"], into: &manifest)
        readPythonNotes(fields["pythonNotes"], into: &manifest)
        let commands = lines(fields["commands"], "commands", most: 100)
        manifest.commands = commands.map(\.text)
        commandOffsets = commands.map(\.offset)
        readHostSteps(fields["hostSteps"], into: &manifest)
        readStaticFolders(fields["staticFolders"], into: &manifest)
        if readsAdditions { readAdditions(fields["additions"], into: &manifest) }
        readListing(fields, into: &manifest)
        let uploads = lines(fields["uploads"], "uploads", most: 100)
        for (path, offset) in uploads {
            if let problem = pathProblem(path) {
                problems.append((offset, .badUpload(path, problem)))
            }
        }
        manifest.uploads = uploads.map(\.text)
        uploadOffsets = uploads.map(\.offset)
    }

    // MARK: - Conditions and files

    /// Reads a condition: a name, or a list of names that must all be true; `!` negates one.
    mutating func condition(_ json: JSONText?, isQuestion: Bool) -> Condition {
        guard let json else { return Condition(terms: []) }
        let parts: [(text: String, offset: Int)]
        if case .text(let text) = json.content {
            parts = [(text, json.offset)]
        } else if case .list = json.content {
            parts = lines(json, "when", most: 100)
        } else {
            let expected = "a text or a list of texts"
            problems.append(
                (json.offset, .wrongType(key: "when", expected: expected, found: json.kindName))
            )
            return Condition(terms: [])
        }
        for (text, offset) in parts {
            let name = Condition.Term(text).name
            switch truths[name] {
            case .usable: break
            case .not(let instead): problems.append((offset, .notATruth(name, instead: instead)))
            case nil:
                let key = name.split(separator: "=").first.map(String.init) ?? name
                if isQuestion, allKeys.contains(key), truths[key] == nil {
                    problems.append((offset, .laterQuestion(name)))
                } else {
                    hints -= 1
                    let nearest = hints < 0 ? nil : nearest(to: name, in: truths.keys.sorted())
                    problems.append((offset, .unknownCondition(name, nearest: nearest)))
                }
            }
        }
        return Condition(terms: parts.map { Condition.Term($0.text) })
    }

    private mutating func readFiles(_ json: JSONText?, into manifest: inout Manifest) {
        guard let json else { return }
        guard case .object(let members) = json.content else {
            problems.append(
                (json.offset, .wrongType(key: "files", expected: "an object", found: json.kindName))
            )
            return
        }
        for member in members {
            guard
                let fields = fields(
                    of: member.value,
                    called: member.key,
                    known: Self.fileRules
                )
            else { continue }
            guard Self.fileRules.contains(where: { fields[$0] != nil }) else {
                problems.append((member.value.offset, .missingKey("when")))
                continue
            }
            ruleOffsets[member.key] = member.offset
            if let when = fields["when"] {
                manifest.rules[member.key] = condition(when, isQuestion: false)
            }
            if truth(fields["once"], "once") ?? false { manifest.onceRules.insert(member.key) }
            let former = formerNames(fields["formerly"])
            if !former.isEmpty { manifest.formerPaths[member.key] = former }
            if let notice = line(fields["notice"], "notice") {
                if notice.isEmpty { problems.append((member.value.offset, .empty(key: "notice"))) }
                manifest.notices[member.key] = notice
                noticeTexts.append((notice, fields["notice"]?.offset ?? member.value.offset))
            }
        }
    }
}
