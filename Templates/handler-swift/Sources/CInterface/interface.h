/* The interface between the entry file, wsgi.py, and the library: version 3.
 *
 * This file declares it for Swift and C; the ctypes declarations at the top of wsgi.py are the
 * same in Python. If you change one of them, change the other, and increase WEB_VERSION and
 * INTERFACE: the entry file refuses a library with another version.
 *
 * Every text is bytes with a length: it can contain any byte, and no byte ends it. Lengths are
 * 32-bit numbers in the byte order of the machine. After a call returns, the library keeps no
 * pointer to its arguments. The memory that an answer points to stays valid until the next call
 * with the same answer. Use an answer in one thread at a time. Several threads can make requests
 * at the same time, each with its own answer.
 */
#ifndef WEB_INTERFACE_H
#define WEB_INTERFACE_H

#include <stdint.h>

#define WEB_VERSION 3

/* Reads the next bytes of a request's body into a buffer.
 *
 * Sets `count` to the number of bytes, at most `capacity`; 0 at the end of the body. Before the
 * call, the library sets it to -1, and any other number means that the body could not be read. It
 * is not the result, because ctypes returns any number for a function that an exception ended, and
 * a part of a body must not look like a whole one. The library calls it only during web_answer. */
typedef void (*web_read)(void *context, uint8_t *buffer, int64_t capacity, int64_t *count);

/* The number of bytes that the caller of web_answer has for a short answer. */
#define WEB_ROOM 2048

/* The answer to one request. The caller sets it to zero, and web_answer fills it in. */
typedef struct {
  /* The library's data between calls; web_release frees it. Null if all of the answer is in
   * `room`: then there is nothing to free. */
  void *state;
  /* The number of texts, then their lengths, then the texts in Latin-1 without separators: the
   * status, such as "404 Not Found", then the name and value of each header field, in order. */
  const uint8_t *head;
  int64_t head_size;
  /* A piece of the body. */
  const uint8_t *piece;
  int64_t piece_size;
  /* Text for the server's error log: UTF-8, whole lines. */
  const uint8_t *log;
  int64_t log_size;
  /* 1 if web_next gives more of the body, otherwise 0. */
  int64_t more;
  /* The caller's memory for a short answer: head, piece and log, in this order, with nothing
   * between them. */
  uint8_t room[WEB_ROOM];
} web_response;

/* Returns the WEB_VERSION that the library was compiled with. */
uint32_t web_version(void);

/* Tells the library the path of the project's folder, in UTF-8. Call it once, before the first
 * request: without it, the folder is the working directory. */
void web_start(const uint8_t *folder, int64_t size);

/* Answers one request.
 *
 * `text` contains the names of the request's `count` WSGI variables without separators, then
 * their values in the same order. `lengths` contains the lengths of the names, then of the
 * values. `read` reads the body, with `context` as its first argument.
 *
 * Returns 0, or -1 if the sum of the lengths is not `size`, or a number is negative or above
 * 2^31 - 1: the answer is then empty. */
int32_t web_answer(const uint8_t *text, int64_t size, const uint32_t *lengths, int64_t count,
                   web_read read, void *context, web_response *answer);

/* Puts the next piece of the body into the answer, while `more` is 1.
 *
 * Returns 0, or -1 if the handler failed: `log` says why, and there is no more of the body. */
int32_t web_next(web_response *answer);

/* Frees the memory of an answer, and sets the answer to zero. Call it for each answer that has a
 * `state`, even in the middle of a body. For other answers, and a second time, it does nothing. */
void web_release(web_response *answer);

#endif
