// `.pa-new.json`: what a project was made from, its one format and its one reader.

import ProjectFiles

/// What `.pa-new.json` holds: the answers that a project was made from.
package struct ProjectRecord: Codable, Hashable, Sendable {
    /// Which template of the user's own a project was made from.
    package struct Template: Codable, Hashable, Sendable {
        /// The name of its folder; a path would differ from machine to machine.
        package let name: String
        /// What tells whether the template is still the same: ``TemplateFolder/digest``.
        package let sha256: String
    }

    package let paNew: String
    /// The framework; nil where it was a template of the user's own.
    package let framework: String?
    /// The framework's language; in `.pa-new.json` nil for the one taken where none is asked for.
    package var language: String?
    package let name: String
    package let python: String
    package let user: String?
    package let domain: String?
    /// The service that runs its pipeline; nil where it has none.
    package let pipeline: String?
    /// The template, where it was one of the user's own.
    package let template: Template?
    /// The answers to its questions, of those that were asked; nil where it has no questions.
    package let answers: [String: AnswerValue]?

    enum CodingKeys: String, CodingKey {
        case paNew = "pa-new"
        case pipeline = "ci"
        case framework, language, name, python, user, domain, template, answers
    }

    /// Records what was decided.
    ///
    /// - Parameter answers: What was decided.
    init(_ answers: ProjectConfiguration) {
        paNew = paNewVersion
        if case .folder(_, let digest) = answers.framework.origin {
            framework = nil
            template = Template(name: answers.framework.name, sha256: digest)
        } else {
            framework = answers.framework.name
            template = nil
        }
        language = answers.nonDefaultLanguage
        name = answers.name.folder
        python = "\(answers.python)"
        user = answers.account?.description
        domain = (answers.domain ?? answers.account.map { Domain(of: $0) })?.description
        pipeline = answers.pipeline?.rawValue
        self.answers = answers.framework.manifest.questions.isEmpty ? nil : answers.values
    }
}

extension ProjectRecord {
    /// The name of the file in a project.
    package static let fileName = ".pa-new.json"

    /// Returns the file: no dates and no local paths, so that the same answers always give the same
    /// bytes.
    func document() throws(ScaffoldError) -> [UInt8] {
        do throws(JSONProblem) {
            return try JSONDocument.bytes(of: self)
        } catch {
            throw .notEncodable(name: Self.fileName, reason: "\(error)")
        }
    }

    /// Reads the file.
    ///
    /// - Parameter document: What the file holds.
    /// - Throws: ``RecordProblem`` where this version cannot use it.
    package init(_ document: [UInt8]) throws(RecordProblem) {
        do throws(JSONProblem) {
            self = try JSONDocument.value(ProjectRecord.self, from: document)
        } catch {
            throw .unreadable(reason: "\(error)")
        }
    }
}

extension ProjectRecord {
    /// The request that makes the same project again, but for its template's folder, which the record
    /// does not know.
    var request: Request {
        Request(
            name: name,
            framework: framework,
            language: language,
            user: user,
            domain: isDefaultDomain ? nil : domain,
            python: python,
            pipeline: pipeline,
            answers: (answers ?? [:]).map { key, value in
                AnswerInput(key: key, value: .value(value), origin: .recorded)
            }
        )
    }

    /// Whether the domain is only the account's own, which goes with the account.
    private var isDefaultDomain: Bool {
        guard let user, let account = try? AccountName(user) else { return false }
        return domain == Domain(of: account).description
    }
}

/// Why a `.pa-new.json` cannot be used.
public enum RecordProblem: Error, Sendable, Hashable {
    /// There is none: pa-new did not make the project.
    case missing
    /// It holds something else, or cannot be read.
    case unreadable(reason: String)
}

/// Whether a version such as `1.10.0` comes after another.
func isNewer(_ version: String, than other: String) -> Bool {
    func numbers(_ version: String) -> [Int] {
        version.split(separator: ".").map { Int($0) ?? 0 }
    }
    return other != version && numbers(other).lexicographicallyPrecedes(numbers(version))
}
