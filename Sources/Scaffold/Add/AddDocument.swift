// A report of an addition as one JSON document; docs/add.schema.json describes it.

import JSON
import ProjectFiles

extension AddReport {
    /// Returns the report as one JSON document.
    ///
    /// - Returns: The document, with a line end. Equal reports always give the same bytes.
    /// - Throws: ``ScaffoldError/notEncodable(name:reason:)``.
    package func json() throws(ScaffoldError) -> String {
        let document = AddDocument(
            target: target,
            dryRun: isDryRun,
            handler: name,
            path: path,
            byHand: needsHand,
            files: files.map { file in
                AddDocument.File(
                    path: file.path,
                    bytes: file.new.count,
                    sha256: SHA256.hex(of: file.new)
                )
            },
            pieces: pieces.map { piece in
                AddDocument.Piece(
                    file: piece.path,
                    place: piece.placeInWords,
                    code: piece.code,
                    problem: piece.problem?.inWords(piece.path)
                )
            },
            steps: nextSteps
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
/// Removing a key or changing its meaning needs a new version of the schema; adding a key does not.
private struct AddDocument: Encodable {
    struct File: Encodable {
        let path: String
        let bytes: Int
        let sha256: String
    }

    struct Piece: Encodable {
        let file: String
        let place: String
        let code: String
        let problem: String?
    }

    let schema = 1
    let target: String
    let dryRun: Bool
    let handler: String
    let path: String
    let byHand: Bool
    let files: [File]
    let pieces: [Piece]
    let steps: [NextSteps.Step]
}
