/* Hyperscan over the literal phrases, caseless in UTF-8 as far as Hyperscan goes: hyperscan LITERALS ROUNDS FILE... */
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *found) {
  (void)id, (void)from, (void)to, (void)flags;
  ++*(size_t *)found;
  return 0;
}

static char *read_all(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) exit(1);
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  char *text = malloc(*length + 1);
  if (!text || fread(text, 1, *length, file) != *length) exit(1);
  text[*length] = 0;
  fclose(file);
  return text;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  size_t length;
  char *literals = read_all(argv[1], &length);
  int rounds = atoi(argv[2]);
  size_t lines = 1, at = 0;
  for (char *c = literals; *c; c++) lines += *c == '\n';
  const char **patterns = calloc(lines, sizeof *patterns);
  unsigned *flags = calloc(lines, sizeof *flags), *ids = calloc(lines, sizeof *ids);
  for (char *line = strtok(literals, "\n"); line; line = strtok(NULL, "\n")) {
    char *escaped = malloc(2 * strlen(line) + 1), *out = escaped;
    for (char *c = line; *c; c++) {
      if (strchr("\\^$.|?*+()[]{}#-/", *c)) *out++ = '\\';
      *out++ = *c;
    }
    *out = 0;
    patterns[at] = escaped;
    flags[at] = HS_FLAG_CASELESS | HS_FLAG_UTF8;
    ids[at] = (unsigned)at;
    at++;
  }
  hs_database_t *database;
  hs_compile_error_t *error;
  if (hs_compile_multi(patterns, flags, ids, (unsigned)at, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
    fprintf(stderr, "%s\n", error->message);
    return 1;
  }
  hs_scratch_t *scratch = NULL;
  hs_alloc_scratch(database, &scratch);
  double seconds = 0;
  size_t bytes = 0, found = 0;
  for (int file = 3; file < argc; file++) {
    char *text = read_all(argv[file], &length);
    double best = 1e9;
    for (int round = 0; round < rounds; round++) {
      double before = now();
      hs_scan(database, text, (unsigned)length, 0, scratch, count, &found);
      double spent = now() - before;
      if (spent < best) best = spent;
    }
    seconds += best;
    bytes += length;
    free(text);
  }
  printf("Hyperscan %s, phrases, caseless, no accents folded: %.0f MB/s over all parts (best of %d rounds).\n", hs_version(), (double)bytes / seconds / 1e6, rounds);
  return 0;
}
