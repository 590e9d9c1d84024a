// Reads the file that `--answers FILE` names.

import JSON
import Mustache
import ProjectFiles

/// Reads an answers file: a JSON object with a member for each question.
///
/// - Parameter path: The file.
/// - Returns: The answers, each with its location.
/// - Throws: ``ScaffoldError/cannotRead(path:_:)``, or ``ScaffoldError/badAnswersFile(_:reason:)``
///   if its contents are not valid.
public func readAnswers(_ path: String) throws(ScaffoldError) -> [AnswerInput] {
    let bytes: [UInt8]
    do {
        bytes = try readFile(path, most: 1 << 20)
    } catch {
        throw .cannotRead(path: path, error)
    }
    let json: JSONText
    do {
        json = try JSONText(bytes)
    } catch {
        var finder = Mustache.LocationFinder(path: path, source: bytes)
        throw .badAnswersFile(finder.location(of: error.offset), reason: "\(error)")
    }
    var finder = Mustache.LocationFinder(path: path, source: bytes)
    guard case .object(let members) = json.content else {
        throw .badAnswersFile(
            finder.location(of: json.offset),
            reason: "it has to be an object with one member for each answer, not \(json.kindName)"
        )
    }
    return members.map { member in
        let location = finder.location(of: member.offset)
        return AnswerInput(
            key: member.key,
            value: AnswerValue(member.value).map { .value($0) } ?? .other(member.value.kindName),
            origin: .file(location)
        )
    }
}

extension AnswerValue {
    /// Creates the answer for a JSON value; nil for a list, an object or null.
    init?(_ json: JSONText) {
        switch json.content {
        case .text(let text): self = .text(text)
        case .bool(let truth): self = .bool(truth)
        case .number(let text):
            guard let number = Int(text) else { return nil }
            self = .integer(number)
        case .null, .list, .joined, .object: return nil
        }
    }
}
