// Header fields, with the names of swift-http-types.

/// The terms of one header field.
enum HTTPField {
  /// The name of a header field, in upper or lower case.
  struct Name: Sendable {
    /// The name as you wrote it.
    let rawName: String

    /// Makes a name from a text.
    init(_ name: String) { rawName = name }

    /// `Accept`.
    static let accept = Name("Accept")
    /// `Accept-Language`.
    static let acceptLanguage = Name("Accept-Language")
    /// `Allow`.
    static let allow = Name("Allow")
    /// `Authorization`.
    static let authorization = Name("Authorization")
    /// `Cache-Control`.
    static let cacheControl = Name("Cache-Control")
    /// `Content-Disposition`.
    static let contentDisposition = Name("Content-Disposition")
    /// `Content-Language`.
    static let contentLanguage = Name("Content-Language")
    /// `Content-Security-Policy`.
    static let contentSecurityPolicy = Name("Content-Security-Policy")
    /// `Content-Type`.
    static let contentType = Name("Content-Type")
    /// `ETag`.
    static let eTag = Name("ETag")
    /// `If-Modified-Since`.
    static let ifModifiedSince = Name("If-Modified-Since")
    /// `If-None-Match`.
    static let ifNoneMatch = Name("If-None-Match")
    /// `Last-Modified`.
    static let lastModified = Name("Last-Modified")
    /// `Location`.
    static let location = Name("Location")
    /// `Origin`.
    static let origin = Name("Origin")
    /// `Referer`.
    static let referer = Name("Referer")
    /// `Retry-After`.
    static let retryAfter = Name("Retry-After")
    /// `Strict-Transport-Security`.
    static let strictTransportSecurity = Name("Strict-Transport-Security")
    /// `User-Agent`.
    static let userAgent = Name("User-Agent")
    /// `Vary`.
    static let vary = Name("Vary")
    /// `WWW-Authenticate`.
    static let wwwAuthenticate = Name("WWW-Authenticate")
    /// `X-Content-Type-Options`.
    static let xContentTypeOptions = Name("X-Content-Type-Options")
  }
}

extension HTTPFields {
  /// The first value of a field, or nil.
  ///
  /// A new value replaces all fields with the name, and nil removes them.
  subscript(name: HTTPField.Name) -> String? {
    get { self[name.rawName] }
    set { self[name.rawName] = newValue }
  }

  /// The first value of a field, or nil.
  ///
  /// A new value replaces all fields with the name, and nil removes them.
  subscript(name: String) -> String? {
    get { fields.first { isSameName($0.name, name) }?.value }
    set { if let newValue { set(name, newValue) } else { remove(name) } }
  }
}

extension HTTPFields: Sequence {
  /// Returns an iterator over the names and values.
  func makeIterator() -> IndexingIterator<[(name: String, value: String)]> {
    fields.makeIterator()
  }
}
