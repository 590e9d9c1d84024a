// A report as one JSON document; docs/report.schema.json describes it.

import JSON
import ProjectFiles

extension Report {
    /// Returns the report as one JSON document.
    ///
    /// - Returns: The document, with a line end. Equal reports always give the same bytes.
    /// - Throws: ``ScaffoldError/notEncodable(name:reason:)``.
    public func json() throws(ScaffoldError) -> String {
        let document = Document(
            target: target,
            dryRun: isDryRun,
            answers: answers,
            files: files.map { file in
                Document.File(
                    path: file.path,
                    verb: file.verb.rawValue,
                    mode: file.mode,
                    bytes: file.bytes,
                    sha256: file.sha256,
                    keptAt: file.keptAt,
                    movedFrom: file.movedFrom
                )
            },
            git: repository.map { Document.Git($0) },
            steps: nextSteps.steps.map(Document.Step.init),
            shortcut: nextSteps.shortcut.map(Document.Step.init),
            static: staticMappings,
            pythonNote: pythonNote,
            found: found.isEmpty ? nil : found,
            title: title,
            notes: found.isEmpty && remarks.isEmpty ? nil : remarks
        )
        do throws(JSONProblem) {
            return printable(document: try JSONDocument.text(of: document))
        } catch {
            throw .notEncodable(name: "the report", reason: "\(error)")
        }
    }
}

/// The document.
///
/// Removing a key or changing its meaning needs a new version of the schema; adding a key does
/// not.
private struct Document: Encodable {
    struct File: Encodable {
        let path: String
        let verb: String
        let mode: String
        let bytes: Int
        let sha256: String?
        let keptAt: String?
        let movedFrom: String?
    }

    struct Git: Encodable {
        let repository: String
        var branch: String?
        var commit: String?
        var author: String?
        var path: String?

        init(_ repository: Repository) {
            switch repository {
            case .own(let branch, let commit, let author):
                self.repository = "own"
                self.branch = branch
                self.commit = commit
                self.author = author == .user ? "user" : "stand-in"
            case .outer(let path):
                self.repository = "outer"
                self.path = path
            }
        }
    }

    struct Step: Encodable {
        let action: String
        let commands: [String]

        init(_ step: NextSteps.Step) {
            action = step.action
            commands = step.commands
        }
    }

    let schema = 1
    let target: String
    let dryRun: Bool
    let answers: ProjectRecord
    let files: [File]
    let git: Git?
    let steps: [Step]
    let shortcut: Step?
    let `static`: [StaticMapping]
    let pythonNote: String?
    let found: [FoundFact]?
    let title: String?
    let notes: [String]?
}
