/* What the entry file, wsgi.py, and the library have to say to each other: version 1.
 *
 * This file describes the Swift side and the C side; the ctypes declarations at the top of
 * wsgi.py say the same in Python. Who changes one changes the other, and counts up
 * WEB_VERSION and INTERFACE: a library and an entry file of different versions refuse to work.
 *
 * Every text is bytes with a length: no byte is special, none ends it. Lengths are numbers of
 * 32 bits, in the byte order of the machine. Nothing that is passed in is kept after a call
 * returns. What an answer points to stays until the next call with the same answer. An answer
 * is for one thread at a time; several requests can be answered at once, each with an answer
 * of its own.
 */
#ifndef WEB_INTERFACE_H
#define WEB_INTERFACE_H

#include <stdint.h>

#define WEB_VERSION 1

/* Reads the next bytes of a request's body into a buffer.
 *
 * Returns how many it put there, at most `capacity`; 0 at the end of the body; -1 where the
 * body could not be read. Called during web_answer only. */
typedef int64_t (*web_read)(void *context, uint8_t *buffer, int64_t capacity);

/* How many bytes the caller of web_answer has for a short answer. */
#define WEB_ROOM 2048

/* The answer to one request. Zeroed by the caller, filled in by web_answer. */
typedef struct {
  /* What the library keeps between calls; web_release frees it. Null where all of the answer
   * is in `room`: then there is nothing to free. */
  void *state;
  /* A number of texts; their lengths; and, end to end, the texts in Latin-1: the status, such
   * as "404 Not Found", then name and value of each header field in turn, in order. */
  const uint8_t *head;
  int64_t head_size;
  /* A piece of the body. */
  const uint8_t *piece;
  int64_t piece_size;
  /* What belongs into the server's error log: UTF-8, whole lines. */
  const uint8_t *log;
  int64_t log_size;
  /* Whether more of the body is to come, from web_next: 0 or 1. */
  int64_t more;
  /* Memory of the caller, in which a short answer lies: head, piece and log, in this order and
   * with nothing between them. */
  uint8_t room[WEB_ROOM];
} web_response;

/* Returns WEB_VERSION as the library was compiled with it. */
uint32_t web_version(void);

/* Answers one request.
 *
 * `text` holds the names of the request's `count` WSGI variables, end to end, and behind them
 * their values in the same order; `lengths` measures first the names, then the values. `read`
 * gives the body, with `context` handed on.
 *
 * Returns 0, or -1 where the lengths do not add up to `size`: the answer is then empty. */
int32_t web_answer(const uint8_t *text, int64_t size, const uint32_t *lengths, int64_t count,
                   web_read read, void *context, web_response *answer);

/* Puts the next piece of the body into the answer, while `more` is 1.
 *
 * Returns 0, or -1 where the handler failed: `log` says why, and the rest of the body will
 * never come. */
int32_t web_next(web_response *answer);

/* Frees what an answer holds, and zeroes it. To be called for each answer that has a `state`,
 * also in the middle of a body; for any other, and a second time, it does nothing. */
void web_release(web_response *answer);

#endif
