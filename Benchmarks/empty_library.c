/* A library with the interface of interface.h and nothing behind it: it gives one answer to each
 * request. swift_handler.py compiles it, to measure what the entry file alone takes. */
#include <string.h>

#include "interface.h"

static const char *const texts[] = {
    "200 OK",
    "Content-Type", "text/plain; charset=utf-8",
    "X-Content-Type-Options", "nosniff",
    "Content-Length", "18",
};
static const char body[] = "Hello from handler";

uint32_t web_version(void) { return WEB_VERSION; }

void web_start(const uint8_t *folder, int64_t size) { (void)folder, (void)size; }

int32_t web_answer(const uint8_t *text, int64_t size, const uint32_t *lengths, int64_t count,
                   web_read read, void *context, web_response *answer) {
  (void)text, (void)size, (void)lengths, (void)count, (void)read, (void)context;
  const uint32_t number = sizeof texts / sizeof *texts;
  uint8_t *end = answer->room + 4 + 4 * number;
  memcpy(answer->room, &number, 4);
  for (uint32_t index = 0; index < number; index++) {
    uint32_t length = (uint32_t)strlen(texts[index]);
    memcpy(answer->room + 4 + 4 * index, &length, 4);
    memcpy(end, texts[index], length);
    end += length;
  }
  answer->head = answer->room;
  answer->head_size = end - answer->room;
  answer->piece = memcpy(end, body, sizeof body - 1);
  answer->piece_size = sizeof body - 1;
  return 0;
}

int32_t web_next(web_response *answer) { return (void)answer, -1; }

void web_release(web_response *answer) { memset(answer, 0, sizeof *answer); }
