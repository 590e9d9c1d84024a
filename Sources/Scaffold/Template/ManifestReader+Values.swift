// Reads the values in a manifest: each with its type, and what is wrong with it.

import JSON
import Mustache
import ProjectFiles

extension ManifestReader {
    /// The members of an object: so few that looking at each is faster than a dictionary.
    struct Fields {
        fileprivate let members: [JSONText.Member]

        /// The value of a key, the first one if it is there twice; nil if it is missing.
        subscript(key: String) -> JSONText? { members.first { $0.key == key }?.value }
    }

    /// Returns the members of an object, and reports unknown ones.
    mutating func fields(
        of json: JSONText,
        called name: String,
        known: [String]
    ) -> Fields? {
        guard case .object(let members) = json.content else {
            problems.append(
                (json.offset, .wrongType(key: name, expected: "an object", found: json.kindName))
            )
            return nil
        }
        for member in members where !known.contains(member.key) {
            let hint = nearest(to: member.key, in: known)
            problems.append((member.offset, .unknownKey(member.key, nearest: hint)))
        }
        return Fields(members: members)
    }

    mutating func text(_ json: JSONText?, _ key: String) -> String? {
        guard let json else { return nil }
        if case .text(let text) = json.content { return text }
        problems.append(
            (json.offset, .wrongType(key: key, expected: "a text", found: json.kindName))
        )
        return nil
    }

    /// Returns a text that is shown to users.
    mutating func line(_ json: JSONText?, _ key: String) -> String? {
        guard let text = text(json, key), let json else { return nil }
        if text.unicodeScalars.contains(where: isInvisible) {
            problems.append((json.offset, .invisibleCharacter(key: key)))
        }
        return text
    }

    /// Returns a text that can be typed as the value of an option.
    mutating func word(_ json: JSONText?, _ key: String) -> String? {
        guard let word = line(json, key), let json else { return nil }
        if word.isEmpty { problems.append((json.offset, .empty(key: key))) }
        return word
    }

    mutating func truth(_ json: JSONText?, _ key: String) -> Bool? {
        guard let json else { return nil }
        if case .bool(let truth) = json.content { return truth }
        problems.append(
            (json.offset, .wrongType(key: key, expected: "true or false", found: json.kindName))
        )
        return nil
    }

    /// Returns the earlier names of a file or question: a text, or a list of texts.
    mutating func formerNames(_ json: JSONText?) -> [String] {
        guard let json else { return [] }
        if case .text = json.content { return word(json, "formerly").map { [$0] } ?? [] }
        return lines(json, "formerly", most: 100).map(\.text)
    }

    mutating func list(_ json: JSONText?, _ key: String, most: Int) -> [JSONText] {
        guard let json else { return [] }
        guard case .list(let elements) = json.content else {
            problems.append(
                (json.offset, .wrongType(key: key, expected: "a list", found: json.kindName))
            )
            return []
        }
        if elements.count > most {
            problems.append((elements[most].offset, .tooMany(key: key, most: most)))
        }
        return Array(elements.prefix(most))
    }

    mutating func lines(
        _ json: JSONText?,
        _ key: String,
        most: Int
    ) -> [(text: String, offset: Int)] {
        var lines: [(String, Int)] = []
        for element in list(json, key, most: most) {
            if let text = line(element, key) { lines.append((text, element.offset)) }
        }
        return lines
    }
}
