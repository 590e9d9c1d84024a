// Protection from forms on other sites (CSRF): a form must send a token that only a page of this
// site knows.

/// The name of the cookie and of the form's field.
let csrfName = "_csrf"

/// The number of bytes of the token, and of the mask in front of it.
private let tokenSize = 16

extension Request {
  /// The token that a form of this site sends, for a script: send it as `X-CSRF-Token`.
  ///
  /// The text is different each time, so that its compression tells nothing about the token.
  var csrfToken: String {
    state.usesToken = true
    let token = sentToken ?? state.newToken ?? randomBytes(tokenSize)
    if sentToken == nil { state.newToken = token }
    let mask = randomBytes(tokenSize)
    return hexadecimal(mask + zip(mask, token).map { $0 ^ $1 })
  }

  /// The hidden field with the token, as HTML: put it into each form that you send with POST.
  var csrfField: String {
    "<input type=\"hidden\" name=\"\(csrfName)\" value=\"\(csrfToken)\">"
  }

  /// Checks the token, if a form of another site could have sent the request.
  ///
  /// - Throws: ``HTTPError`` 403 if the token is missing or wrong, and 400 for a malformed form.
  func checkCSRF() throws(HTTPError) {
    guard isSame(method, "POST") else { return }
    let type = environment.mediaType
    guard type.isEmpty || formTypes.contains(where: { isSame($0, type) }) else { return }
    var sent = Array((try form[csrfName] ?? "").utf8)
    if let header = environment.bytes(of: "HTTP_X_CSRF_TOKEN"), !header.isEmpty {
      sent = Array(header)
    }
    guard let token = sentToken, let masked = bytes(hexadecimal: sent, count: 2 * tokenSize),
      isSameSecret(token, zip(masked, masked.dropFirst(tokenSize)).map { $0 ^ $1 })
    else {
      let refused = "the form's token is missing or wrong"
      let forVisitors = "\(refused): allow cookies, open the page again, and send the form again"
      let advice = "\(refused): put {{{csrf_field}}} into the form, and allow cookies"
      var error = HTTPError(403, ProjectFolder.isPreview ? advice : forVisitors)
      if ProjectFolder.isPreview || ProjectFolder.isVisit { error.note = advice }
      throw error
    }
  }

  /// The token in the cookie, or nil if there is no valid one.
  private var sentToken: [UInt8]? {
    cookieBytes(csrfName).flatMap { bytes(hexadecimal: $0, count: tokenSize) }
  }
}

/// The media types that a form of another site can send.
private let formTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
