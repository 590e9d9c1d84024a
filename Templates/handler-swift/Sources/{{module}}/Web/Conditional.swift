// Conditional requests: a client that has the current version of a page gets no copy of it.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Response {
  /// Tells the client which version of the page this is, so that it can keep it.
  ///
  /// If it has this version already, it gets a short response 304 without a body.
  ///
  /// - Parameter text: A text that changes whenever the page does, such as a number, or the whole
  ///   page.
  mutating func setETag(_ text: String) {
    let isTag =
      (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { $0 == 0x21 || (0x23...0x7E).contains($0) }
    let tag = isTag ? text : String(SHA256.hex(of: Array(text.utf8)).prefix(32))
    headers.set("ETag", "\"\(tag)\"")
    isConditional = true
  }

  /// Tells the client when the page changed last, so that it can keep it.
  ///
  /// If it has not changed for the client, it gets a short response 304.
  ///
  /// - Parameter date: The time of the last change.
  mutating func setLastModified(_ date: Date) { setLastModified(seconds: seconds(of: date)) }

  /// Sets Last-Modified: not a moment of the future, which HTTP does not allow.
  mutating func setLastModified(seconds changed: Int) {
    headers.set("Last-Modified", httpDate(seconds: min(changed, seconds(of: Date()))))
    isConditional = true
  }

  /// Whether the client has the version whose ETag or Last-Modified is set.
  func isCurrent(for method: String, _ environment: Environment) -> Bool {
    guard isSame(method, "GET") || isSame(method, "HEAD") else { return false }
    let wanted = environment.bytes(of: "HTTP_IF_NONE_MATCH") ?? []
    if !wanted.isEmpty {
      guard let tag = headers["ETag"] else { return false }
      return trimmed(wanted, of: " \t").elementsEqual("*".utf8)
        || tags(in: wanted).contains { $0.elementsEqual(tag.utf8) }
    }
    guard let since = environment["HTTP_IF_MODIFIED_SINCE"].flatMap(seconds(ofHTTPDate:)),
      let changed = headers["Last-Modified"].flatMap(seconds(ofHTTPDate:))
    else { return false }
    return changed <= since
  }
}

extension Request {
  /// Whether the client has the version of the page whose ``Response/setETag(_:)`` or
  /// ``Response/setLastModified(_:)`` is set.
  ///
  /// Then you can return the response at once: its body is not sent.
  func isNotModified(_ response: Response) -> Bool { response.isCurrent(for: method, environment) }
}

/// Returns the tags in a list, with their quotes.
///
/// The comparison is weak: `W/` before a tag does not matter.
private func tags(in list: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
  var tags: [ArraySlice<UInt8>] = []
  var rest = list
  while let start = rest.firstIndex(of: UInt8(ascii: "\"")),
    let end = rest[(start + 1)...].firstIndex(of: UInt8(ascii: "\""))
  {
    tags.append(rest[start...end])
    rest = rest[(end + 1)...]
  }
  return tags
}
