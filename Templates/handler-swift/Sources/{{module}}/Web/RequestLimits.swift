// What a request may contain.

/// The limits of a request; a request with more gets a 400.
///
///     let application = Application(routes, limits: RequestLimits(fields: 5000))
///
/// The size of a body has its own limit, which gets a 413: `maxBodySize` of the application or of a
/// route.
struct RequestLimits: Sendable {
  /// The maximum number of fields in a query string or a form.
  var fields: Int
  /// The maximum size of a text field of a form, in bytes, without escapes.
  ///
  /// A form with a larger one gets a 413. All text fields together have at most 10 MiB, or this size
  /// if it is larger.
  var textSize: Int
  /// The maximum size of one file in a form, in bytes; nil is the maximum size of the body.
  ///
  /// A form with a larger one gets a 413.
  var uploadSize: Int?
  /// The maximum length of a name in a query string, a form or JSON, in bytes as they are sent.
  var nameLength: Int
  /// How many arrays and objects in JSON may be inside each other.
  ///
  /// Decoding needs more of the stack with each level.
  var jsonDepth: Int
  /// The maximum number of names in JSON, in all objects together.
  var jsonNames: Int
  /// The maximum sum of the levels of all arrays and objects in JSON.
  ///
  /// An array in another one counts as 2. The deeper a value is, the longer Foundation needs to
  /// find out that it does not fit a type.
  var jsonLevels: Int

  /// Makes limits.
  ///
  /// - Parameters:
  ///   - fields: The maximum number of fields in a query string or a form.
  ///   - textSize: The maximum size of a text field of a form, in bytes.
  ///   - uploadSize: The maximum size of one file in a form, in bytes; nil is the maximum size of the
  ///     body.
  ///   - nameLength: The maximum length of a name in a query string, a form or JSON, in bytes as they
  ///     are sent.
  ///   - jsonDepth: How many arrays and objects in JSON may be inside each other.
  ///   - jsonNames: The maximum number of names in JSON, in all objects together.
  ///   - jsonLevels: The maximum sum of the levels of all arrays and objects in JSON.
  init(
    fields: Int = 1000,
    textSize: Int = 1024 * 1024,
    uploadSize: Int? = nil,
    nameLength: Int = 1000,
    jsonDepth: Int = 64,
    jsonNames: Int = 100_000,
    jsonLevels: Int = 1_000_000
  ) {
    self.fields = fields
    self.textSize = textSize
    self.uploadSize = uploadSize
    self.nameLength = nameLength
    self.jsonDepth = jsonDepth
    self.jsonNames = jsonNames
    self.jsonLevels = jsonLevels
  }

  /// Checks the size of the text of a form, of which one more field was read.
  ///
  /// - Parameters:
  ///   - size: The size of its text, in bytes.
  ///   - all: The size of all text until here, with the names.
  /// - Throws: ``Malformed`` if a limit is exceeded.
  func checkText(_ size: Int, all: Int) throws(Malformed) {
    guard size <= textSize else { throw .tooLarge("a text field of the form is", textSize) }
    let most = max(textSize, 10 * 1024 * 1024)
    guard all <= most else { throw .tooLarge("the text fields of the form are", most) }
  }
}
