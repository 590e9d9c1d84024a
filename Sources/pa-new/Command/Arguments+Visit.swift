// Turns the arguments of `visit` into a request.

import HostTools

/// Returns the request of `visit`.
///
/// - Parameters:
///   - line: The arguments.
///   - isFolder: Whether an argument is the path of a folder.
/// - Returns: The command.
/// - Throws: ``ArgumentError`` for the first argument that cannot be understood.
func visit(
    _ line: CommandLineArguments,
    _ isFolder: (String) -> Bool
) throws(ArgumentError) -> Command {
    let headers = line.values(.header)
    if let bad = headers.first(where: { !isHeader($0) }) { throw .badHeader(bad) }
    let method = line.value(.method)
    if let method, !isToken(method) { throw .badMethod(method) }
    if line.has(.body), method == "HEAD" { throw .excluded("--body", by: "--method HEAD") }
    for option in [Option.Name.output, .cookieJar] where line.value(option) == "" {
        throw .missingValue("--" + option.rawValue, placeholder: "FILE", next: nil)
    }
    let (folder, target) = folderAndTarget(line.operands, isFolder)
    let body = try body(line)
    let request = VisitRequest(
        folder: folder,
        target: target,
        entry: line.value(.entry),
        method: method ?? body.map { _ in "POST" },
        body: body,
        headers: headers,
        followsRedirects: line.has(.follow),
        cookieJar: line.value(.cookieJar),
        output: line.value(.output),
        printsBodyOnly: line.has(.body),
        conditions: try conditions(line)
    )
    return .visit(request, interpreter: line.value(.interpreter))
}

/// Returns the body of the request; only one kind of body can be given.
private func body(_ line: CommandLineArguments) throws(ArgumentError) -> VisitRequest.Body? {
    let data = line.values(.data)
    let json = line.values(.json)
    let form = line.values(.form)
    if !data.isEmpty, !json.isEmpty { throw .excluded("--data", by: "--json") }
    if !data.isEmpty, !form.isEmpty { throw .excluded("--data", by: "--form") }
    if !json.isEmpty, !form.isEmpty { throw .excluded("--json", by: "--form") }
    if let bad = form.first(where: { ($0.firstIndex(of: "=") ?? $0.startIndex) == $0.startIndex }) {
        throw .badField(bad)
    }
    if !data.isEmpty { return .data(data) }
    if !json.isEmpty { return .json(json) }
    return form.isEmpty ? nil : .form(form)
}

/// Returns the folder and the path of a visit; a single argument can be either.
private func folderAndTarget(
    _ words: [String],
    _ isFolder: (String) -> Bool
) -> (folder: String, target: String) {
    switch words.count {
    case 0: (".", "/")
    case 1 where words[0].hasPrefix("/") && (words[0] == "/" || !isFolder(words[0])):
        (".", words[0])
    case 1: (words[0], "/")
    default: (words[0], words[1])
    }
}

/// Whether a word is a header field such as `Accept: text/html`.
private func isHeader(_ word: String) -> Bool {
    guard let colon = word.firstIndex(of: ":") else { return false }
    return isToken(word[..<colon])
        && !word.unicodeScalars.contains { $0 == "\r" || $0 == "\n" || $0 == "\0" }
}

/// Whether a word can be a method or the name of a header.
private func isToken(_ word: some StringProtocol) -> Bool {
    !word.isEmpty
        && word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
}
