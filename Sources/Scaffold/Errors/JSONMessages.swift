// What is wrong with a JSON text, in words.

import JSON

extension JSONText.Problem: CustomStringConvertible {
    /// The problem in words, without its position.
    package var description: String {
        switch kind {
        case .byteOrderMark: "it starts with a byte order mark; save it as UTF-8 without one"
        case .notUTF8: "this is not valid UTF-8"
        case .expected(let what, let found?): "expected \(what), found \(quoted(found))"
        case .expected(let what, nil): "expected \(what), found the end of the file"
        case .controlCharacter: "control characters in a text have to be escaped, such as \\n"
        case .badEscape: "this is not a valid JSON escape"
        case .loneSurrogate: "one half of a surrogate pair is missing"
        case .badNumber: "this is not a valid JSON number"
        case .repeatedKey(let key): "the key \(quoted(key)) is given twice"
        case .tooDeep: "lists and objects are nested more than \(JSONText.maxDepth) levels deep"
        case .tooLarge(let most): "it has more than \(most) bytes"
        }
    }
}

extension JSONText {
    /// The type of the value, for errors.
    var kindName: String {
        switch content {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .text: "a text"
        case .list, .joined: "a list"
        case .object: "an object"
        }
    }
}
