/* Calls a library through its C interface, in every way that the interface allows.
 *
 *     boundary LIBRARY REQUESTS
 *
 * The library has the handlers of Swift/servers/. Run under valgrind, which finds what is lost
 * and what is read that should not be. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interface.h"

static uint32_t (*version)(void);
static void (*start)(const uint8_t *, int64_t);
static int32_t (*answer)(const uint8_t *, int64_t, const uint32_t *, int64_t, web_read, void *,
                         web_response *);
static int32_t (*next)(web_response *);
static void (*release)(web_response *);

/* What one request is, and how it has to end. */
typedef struct {
  const char *method, *path, *type, *cookie;
  int64_t body_size;
  const char *body;
  const char *status;
  /* How many bytes the answer has; -1 is any number. */
  int64_t size;
  /* After how many pieces the client has had enough; 0 is at the end. */
  int pieces;
  /* Whether reading the body fails, and whether making it does. */
  int read_fails, breaks;
} request;

/* What is left of a body. */
typedef struct {
  const char *bytes;
  int64_t size;
  int fails;
} source;

static void expect(int holds, const char *what, const char *path) {
  if (holds) return;
  fprintf(stderr, "%s: not %s\n", path, what);
  exit(1);
}

static void read_some(void *context, uint8_t *buffer, int64_t capacity, int64_t *done) {
  source *rest = context;
  /* As if an exception ended the function. */
  if (rest->fails) return;
  /* Never all at once: 40,000 bytes at most. */
  int64_t count = rest->size < capacity ? rest->size : capacity;
  if (count > 40000) count = 40000;
  memcpy(buffer, rest->bytes, count);
  rest->bytes += count;
  rest->size -= count;
  *done = count;
}

/* Puts the names and then the values of a request end to end, in memory of just that size. */
static uint8_t *variables(const request *wanted, uint32_t *lengths, int64_t *count,
                          int64_t *size) {
  char body_size[24];
  snprintf(body_size, sizeof body_size, "%lld", (long long)wanted->body_size);
  const char *texts[] = {
      "REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "CONTENT_TYPE",
      "CONTENT_LENGTH", "HTTP_COOKIE", "wsgi.url_scheme",
      wanted->method, "", wanted->path, strchr(wanted->path, '%') ? "a=%zz" : "x=1",
      wanted->type, body_size, wanted->cookie, "https",
  };
  int64_t number = sizeof texts / sizeof *texts;
  *count = number / 2;
  *size = 0;
  for (int64_t index = 0; index < number; index++) *size += strlen(texts[index]);
  uint8_t *bytes = malloc(*size), *place = bytes;
  for (int64_t index = 0; index < number; index++) {
    lengths[index] = strlen(texts[index]);
    memcpy(place, texts[index], lengths[index]);
    place += lengths[index];
  }
  return bytes;
}

static uint8_t seen;

/* Looks at each byte, so that valgrind sees whether all of them may be read. */
static void look(const uint8_t *bytes, int64_t size) {
  uint8_t sum = 0;
  for (int64_t index = 0; index < size; index++) sum ^= bytes[index];
  seen ^= sum;
}

static void ask(const request *wanted) {
  uint32_t lengths[32];
  int64_t count, size, received = 0;
  uint8_t *bytes = variables(wanted, lengths, &count, &size);
  source body = {wanted->body, wanted->body_size, wanted->read_fails};
  web_response *response = calloc(1, sizeof *response);
  int32_t code = answer(bytes, size, lengths, count, read_some, &body, response);
  free(bytes);
  expect(code == 0, "answered", wanted->path);
  size_t length = strlen(wanted->status);
  expect(response->head_size > (int64_t)length, "a head", wanted->path);
  uint32_t texts, first;
  memcpy(&texts, response->head, sizeof texts);
  memcpy(&first, response->head + sizeof texts, sizeof first);
  const uint8_t *status = response->head + sizeof texts * (1 + texts);
  expect(first >= length && memcmp(status, wanted->status, length) == 0, wanted->status,
         wanted->path);
  int pieces = 0;
  for (;;) {
    look(response->head, response->head_size);
    look(response->piece, response->piece_size);
    look(response->log, response->log_size);
    received += response->piece_size;
    pieces += 1;
    if (!response->more || pieces == wanted->pieces) break;
    code = next(response);
    expect((code == 0) || wanted->breaks, "well", wanted->path);
    if (code != 0) {
      expect(response->log_size > 0 && !response->more, "logged", wanted->path);
      look(response->log, response->log_size);
      break;
    }
  }
  expect((code != 0) == wanted->breaks, "broken off", wanted->path);
  if (wanted->size >= 0) expect(received == wanted->size, "of that size", wanted->path);
  if (response->state) release(response);
  expect(response->state == NULL, "released", wanted->path);
  release(response);
  release(response);
  expect(next(response) == -1, "over", wanted->path);
  free(response);
}

static void ask_wrongly(void) {
  const uint32_t lengths[] = {14, 9, 3, 1};
  const char *text = "REQUEST_METHODPATH_INFOGET/";
  web_response response;
  const struct {
    int64_t size, count;
  } wrong[] = {{26, 2}, {28, 2}, {0, 2}, {22, 1}, {27, 1}, {27, 0}, {24, 1},
               {-1, 2}, {27, -1}, {INT64_MAX, 2}, {27, INT64_MAX}, {INT64_MIN, INT64_MIN}};
  for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) {
    memset(&response, 0, sizeof response);
    int32_t code = answer((const uint8_t *)text, wrong[index].size, lengths, wrong[index].count,
                          read_some, NULL, &response);
    expect(code == -1, "refused", "lengths that do not add up");
    expect(!response.state && !response.head_size && !response.piece_size && !response.more,
           "empty", "lengths that do not add up");
    release(&response);
  }
  /* No variables, no memory and no body: a request without a method is one all the same. */
  memset(&response, 0, sizeof response);
  expect(answer(NULL, 0, NULL, 0, NULL, NULL, &response) == 0, "answered", "nothing");
  look(response.head, response.head_size);
  release(&response);
}

static void *symbol(void *library, const char *name) {
  void *found = dlsym(library, name);
  expect(found != NULL, "there", name);
  return found;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  *(void **)&version = symbol(library, "web_version");
  *(void **)&start = symbol(library, "web_start");
  *(void **)&answer = symbol(library, "web_answer");
  *(void **)&next = symbol(library, "web_next");
  *(void **)&release = symbol(library, "web_release");
  expect(version() == WEB_VERSION, "this version", argv[1]);
  /* A folder without a name, one that is not UTF-8, and a usual one. */
  start(NULL, 0);
  start((const uint8_t *)"/tmp/\xff", 6);
  start((const uint8_t *)"/tmp", 4);

  char *large = malloc(100000);
  memset(large, 'a', 100000);
  const char *order = "{\"name\": \"tea\", \"count\": 1, \"tags\": [\"a\", \"b\"]}";
  const char *json = "application/json", *text = "text/plain", *form = "application/x-www-form-urlencoded";
  const request requests[] = {
      {"GET", "/", "", "", 0, "", "200 OK", -1, 0, 0, 0},
      {"GET", "/capture/name/42", "", "", 0, "", "200 OK", 9, 0, 0, 0},
      {"GET", "/capture/name/no", "", "", 0, "", "404 Not Found", -1, 0, 0, 0},
      {"POST", "/json", json, "", strlen(order), order, "200 OK", -1, 0, 0, 0},
      {"POST", "/json", json, "", 5, "{\"a\":", "400 Bad Request", -1, 0, 0, 0},
      {"POST", "/json", text, "", 2, "{}", "415 Unsupported Media Type", -1, 0, 0, 0},
      {"GET", "/cookie", "", "other=1; visits=3", 0, "", "200 OK", 1, 0, 0, 0},
      {"GET", "/nowhere", "", "", 0, "", "404 Not Found", -1, 0, 0, 0},
      {"POST", "/", form, "", 3, "a=b", "405 Method Not Allowed", -1, 0, 0, 0},
      {"HEAD", "/", "", "", 0, "", "200 OK", 0, 0, 0, 0},
      {"OPTIONS", "/", "", "", 0, "", "204 No Content", 0, 0, 0, 0},
      {"GET", "/capture/%/1", "", "", 0, "", "400 Bad Request", -1, 0, 0, 0},
      {"GET", "/failing", "", "", 0, "", "500 Internal Server Error", -1, 0, 0, 0},
      {"POST", "/length", text, "", 100000, large, "200 OK", 6, 0, 0, 0},
      {"POST", "/length", text, "", 100, large, "400 Bad Request", -1, 0, 1, 0},
      {"POST", "/echo", form, "", 100000, large, "200 OK", 100000, 0, 0, 0},
      {"GET", "/bytes/1900", "", "", 0, "", "200 OK", 1900, 0, 0, 0},
      {"GET", "/bytes/100000", "", "", 0, "", "200 OK", 100000, 0, 0, 0},
      {"GET", "/stream", "", "", 0, "", "200 OK", -1, 0, 0, 0},
      {"GET", "/stream", "", "", 0, "", "200 OK", -1, 4, 0, 0},
      {"GET", "/stream", "", "", 0, "", "200 OK", 0, 1, 0, 0},
      {"GET", "/endless", "", "", 0, "", "200 OK", 60000, 2, 0, 0},
      {"GET", "/broken", "", "", 0, "", "200 OK", 6, 0, 0, 1},
  };
  const request rare[] = {
      {"GET", "/bytes/3000000", "", "", 0, "", "200 OK", 3000000, 0, 0, 0},
      {"GET", "/bytes/3000000", "", "", 0, "", "200 OK", 2097152, 2, 0, 0},
  };
  long kinds = sizeof requests / sizeof *requests, made = 0, most = atol(argv[2]);
  for (size_t index = 0; index < sizeof rare / sizeof *rare; index++) ask(&rare[index]);
  /* Each size around that of the room for short answers. */
  for (int size = WEB_ROOM - 220; size <= WEB_ROOM + 20; size++, made++) {
    char path[32];
    snprintf(path, sizeof path, "/bytes/%d", size);
    ask(&(request){"GET", path, "", "", 0, "", "200 OK", size, 0, 0, 0});
  }
  for (; made < most; made++) ask(&requests[made % kinds]);
  ask_wrongly();
  free(large);
  printf("%ld requests, with the parity %d\n", made, seen);
  return 0;
}
