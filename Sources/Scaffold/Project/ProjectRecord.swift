// `.pa-new.json`, the record of a project: its only format and its only reader.

import JSON
import Mustache
import ProjectFiles

/// The contents of `.pa-new.json`: the answers from which a project was made.
package struct ProjectRecord: Codable, Hashable, Sendable {
    /// The template of the user's own from which a project was made.
    package struct Template: Codable, Hashable, Sendable {
        /// The name of its folder.
        ///
        /// There is no path, because it would differ between machines.
        package let name: String
        /// A digest that changes with the template: ``TemplateFolder/digest``.
        package let sha256: String
        /// The address of its repository, without passwords; nil for a folder on the disk.
        package var address: String?
        /// The branch, the tag or the commit after the address; nil for the default branch.
        package var ref: String?
        /// The folder in the repository; nil for the whole.
        package var folder: String?
        /// The commit from which the project has its files.
        package var commit: String?
    }

    package let paNew: String
    /// The framework; nil for a template of the user's own.
    package let framework: String?
    /// The framework's language; in `.pa-new.json` nil for the default language.
    package var language: String?
    package let name: String
    package let python: String
    package let user: String?
    package let domain: String?
    /// The service that runs its pipeline; nil for none.
    package let pipeline: String?
    /// Whether its pipeline updates it by a schedule: true, or nil.
    package let ciUpdates: Bool?
    /// Whether it has `AGENTS.md`: nil, or false if the user does not want the page.
    package let agents: Bool?
    /// The template, if it was one of the user's own.
    package let template: Template?
    /// The answers to the questions that were asked; nil if the template has no questions.
    package let answers: [String: AnswerValue]?

    /// The name of the entry file; nil for the usual one.
    package let entry: String?
    /// The project's own folders of static files, of an app that was there already; nil for the usual one.
    package let `static`: [ProjectStaticFolder]?

    /// The folders of installed packages that PythonAnywhere serves; nil for none.
    ///
    /// It depends on the template, but the record of a template of the user's own has no path to it.
    package let staticFolders: [StaticFolder]?

    enum CodingKeys: String, CodingKey {
        case paNew = "pa-new"
        case pipeline = "ci"
        case framework, language, name, python, user, domain, template, answers, staticFolders
        case entry, `static`, agents, ciUpdates
    }

    /// Creates the record of a configuration.
    ///
    /// - Parameter answers: The configuration.
    init(_ answers: ProjectConfiguration) {
        paNew = paNewVersion
        switch answers.framework.origin {
        case .embedded:
            framework = answers.framework.name
            template = nil
        case .folder(_, let digest):
            framework = nil
            template = Template(name: answers.framework.name, sha256: digest)
        case .address(let address, let commit, let digest):
            framework = nil
            template = Template(
                name: answers.framework.name,
                sha256: digest,
                address: address.repository,
                ref: address.ref,
                folder: address.folder,
                commit: commit
            )
        }
        language = answers.nonDefaultLanguage
        name = answers.name.folder
        python = "\(answers.python)"
        user = answers.account?.description
        domain = (answers.domain ?? answers.account.map { Domain(of: $0) })?.description
        pipeline = answers.pipeline?.rawValue
        ciUpdates = answers.hasUpdateJob ? true : nil
        agents = answers.hasAgents ? nil : false
        self.answers = answers.framework.manifest.questions.isEmpty ? nil : answers.values
        entry = answers.entryFile == Site.entryFile ? nil : answers.entryFile
        `static` = answers.adoption?.staticFolders
        let folders = answers.staticFolders
        staticFolders = folders.isEmpty ? nil : folders
    }
}

extension ProjectRecord {
    /// The name of the file in a project.
    package static let fileName = ".pa-new.json"
    /// The maximum size of the file, in bytes.
    static let maxBytes = 1 << 20

    /// Returns the contents of the file.
    ///
    /// They contain no dates and no local paths, so that the same answers always give the same bytes.
    func document() throws(ScaffoldError) -> [UInt8] {
        do throws(JSONProblem) {
            return try JSONDocument.bytes(of: self)
        } catch {
            throw .notEncodable(name: Self.fileName, reason: "\(error)")
        }
    }

    /// Reads the file.
    ///
    /// - Parameter document: The contents of the file.
    /// - Throws: ``RecordProblem`` if this version cannot use it.
    package init(_ document: [UInt8]) throws(RecordProblem) {
        // People edit the file and merge it: a strict reader says where a mistake is.
        if let line = lineOfGitConflict(in: document) { throw .conflict(line: line) }
        let text: JSONText
        do throws(JSONText.Problem) {
            text = try JSONText(document)
        } catch {
            var finder = Mustache.LocationFinder(path: Self.fileName, source: document)
            let location = finder.location(of: error.offset)
            throw .unreadable(
                reason: "line \(location.line), column \(location.column): \(error)"
            )
        }
        do throws(JSONProblem) {
            self = try JSONDocument.value(ProjectRecord.self, from: text)
        } catch {
            throw .unreadable(reason: "\(error)")
        }
        try checkAnswers()
        if let problem = template?.problem { throw .unreadable(reason: problem) }
        if let entry, !Adoption.isEntryFile(entry) {
            throw .unreadable(reason: "'entry' is not the name of a Python file")
        }
        for folder in `static` ?? [] {
            guard let problem = folder.problem else { continue }
            throw .unreadable(reason: "'static' has \(quoted(folder.text)): \(problem)")
        }
        for folder in staticFolders ?? [] {
            guard let (key, value, problem) = folder.problem else { continue }
            let problemOfTemplate = TemplateProblem.badStaticFolder(key: key, value, problem)
            throw .unreadable(reason: "\(problemOfTemplate)")
        }
    }
}

extension ProjectRecord {
    /// Checks the answers that are the same in every version: no version has written others.
    private func checkAnswers() throws(RecordProblem) {
        func check(_ key: String, _ make: () throws(ScaffoldError) -> Void) throws(RecordProblem) {
            do throws(ScaffoldError) {
                try make()
            } catch {
                let diagnostic = error.diagnostic
                throw .badAnswer(
                    key: key,
                    reason: diagnostic.message + (diagnostic.reason.map { ": " + $0 } ?? "")
                )
            }
        }
        try check("name") { () throws(ScaffoldError) in _ = try ProjectName(recorded: name) }
        let minor = python.hasPrefix("3.") ? UInt8(python.dropFirst(2)) : nil
        if minor.map({ "3.\($0)" }) != python {
            throw .badAnswer(
                key: "python",
                reason: "\(quoted(python)) is not a version such as 3.13"
            )
        }
        try check("user") { () throws(ScaffoldError) in _ = try user.map(AccountName.init) }
        try check("domain") { () throws(ScaffoldError) in
            guard let domain = try domain.map(Domain.init),
                let account = try user.map(AccountName.init),
                !domain.canBelong(to: account)
            else { return }
            throw .domainOfAnotherAccount(domain, account)
        }
    }
}

extension ProjectRecord.Template {
    /// The address of the template; nil for a folder on the disk.
    func source() throws(TemplateAddress.Problem) -> TemplateAddress? {
        guard let address else { return nil }
        return try TemplateAddress(repository: address, ref: ref, folder: folder)
    }

    /// What is wrong with the address, which can be anybody's; nil if nothing is.
    fileprivate var problem: String? {
        do throws(TemplateAddress.Problem) {
            _ = try source()
        } catch {
            let diagnostic = error.diagnostic(for: address ?? "")
            return "'template': " + diagnostic.message + (diagnostic.reason.map { ": " + $0 } ?? "")
        }
        let isCommit = commit.map { commit in
            // The digests of git: SHA-1 or SHA-256.
            [40, 64].contains(commit.utf8.count)
                && commit.utf8.allSatisfy { byte in
                    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                        || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte
                }
        }
        return isCommit == false ? "'template' has a 'commit' that is no name of a commit" : nil
    }
}

extension ProjectRecord {
    /// The request that makes the same project again, except for the path of its template folder, which
    /// the record does not contain.
    var request: Request {
        var request = Request(
            name: name,
            framework: framework,
            language: language,
            user: user,
            domain: isDefaultDomain ? nil : domain,
            python: python,
            pipeline: pipeline,
            hasUpdateJob: ciUpdates ?? false,
            hasAgents: agents ?? true,
            answers: (answers ?? [:]).map { key, value in
                AnswerInput(key: key, value: .value(value), origin: .recorded)
            }
        )
        request.adopts = true
        request.recordedName = name
        return request
    }

    /// The project's own folders of static files, which PythonAnywhere serves without the app.
    package var ownStaticFolders: [ProjectStaticFolder] { `static` ?? [.usual] }

    /// Whether the domain is the account's own, so that it changes with the account.
    private var isDefaultDomain: Bool {
        guard let user, let account = try? AccountName(user) else { return false }
        return domain == Domain(of: account).description
    }
}

/// Why a `.pa-new.json` cannot be used.
public enum RecordProblem: Error, Sendable, Hashable {
    /// It does not exist: pa-new did not make the project.
    case missing
    /// It has other contents, or cannot be read.
    case unreadable(reason: String)
    /// An answer in it is one that pa-new never wrote.
    case badAnswer(key: String, reason: String)
    /// It has the markers of a conflict that git could not merge; the first one is in this line.
    case conflict(line: Int)
}

extension RecordProblem {
    /// The problem in words.
    ///
    /// - Parameter message: What cannot be done.
    /// - Returns: The diagnostic; nil if there is no record at all, since each command says more then.
    package func diagnostic(_ message: String) -> Diagnostic? {
        switch self {
        case .missing: nil
        case .unreadable(let reason):
            Diagnostic(
                message,
                reason: "its \(ProjectRecord.fileName) cannot be read: \(reason)",
                hint: "restore the file that pa-new wrote, for example from version control"
            )
        case .badAnswer(let key, let reason):
            Diagnostic(
                message,
                reason:
                    "the answer '\(key)' in its \(ProjectRecord.fileName) is not valid: \(reason)",
                hint: "correct it in that file, or restore the file from version control"
            )
        case .conflict(let line):
            Diagnostic(
                message,
                reason: "git left a conflict in its \(ProjectRecord.fileName), in line \(line)",
                hint: howToResolveConflict
            )
        }
    }
}

/// What to do about git's conflicts in the record or the baseline: they have to describe the same state.
let howToResolveConflict =
    "first resolve git's conflicts in the other files. Then take \(ProjectRecord.fileName) and "
    + "\(Baseline.fileName) from the same side, for example: git checkout "
    + "--ours \(ProjectRecord.fileName) \(Baseline.fileName). Then run 'pa-new update', with --set for "
    + "each answer that only the other side has"

/// Returns the first line of a conflict that git marked in a JSON document.
///
/// - Parameter document: The contents of the file.
/// - Returns: The number of the line with the first marker; nil if there is none.
func lineOfGitConflict(in document: [UInt8]) -> Int? {
    // A document has no such line by itself: a text cannot contain a line end. One marker alone is what remains if a
    // conflict was resolved in haste.
    let markers = ["<<<<<<< ", "||||||| ", "=======", ">>>>>>> "]
    return LineStarts(document).first { _, start in
        markers.contains { document.has($0, at: start) }
    }?.number
}

/// Whether a version such as `1.10.0` is newer than another.
func isNewer(_ version: String, than other: String) -> Bool {
    func numbers(_ version: String) -> [Int] {
        version.split(separator: ".").map { Int($0) ?? 0 }
    }
    return other != version && numbers(other).lexicographicallyPrecedes(numbers(version))
}
