/* What the page calls: the command itself, with its arguments and its standard streams, so that all
 * it shows has the command's bytes; and what a page asks beside that, the names of a program. It is
 * linked with the command's objects, but those that read files of data or print its manual. Must not know
 * how a page looks.
 */
#include "page.h"

#include <autograd/program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/command/arguments.h"

#define MOST_ARGUMENTS 300

int main(int count, char **argument);

void *page_alloc(size_t bytes)
{
    return malloc(bytes);
}

/* Runs the command with `count` arguments, each of which ends with a zero; returns its exit code. */
int page_run(char *text, int count)
{
    char *argument[MOST_ARGUMENTS + 2] = {"autograd"};
    static char room[1 << 16]; /* a text goes to the script in one piece */
    setvbuf(stdout, room, _IOFBF, sizeof room);
    clearerr(stdin);
    for (int i = 1; i <= count && i <= MOST_ARGUMENTS; i++) {
        argument[i] = text;
        text += strlen(text) + 1;
    }
    return main(count < MOST_ARGUMENTS ? count + 1 : MOST_ARGUMENTS + 1, argument);
}

/* Prints the names of a program that take a value, "x=" or "x=2", each with a zero behind it. */
int page_inputs(const char *text, size_t bytes)
{
    char input[4096];
    ag_graph *g = ag_graph_new();
    viz_program *p = viz_program_new(g, text, bytes, NULL);
    for (int i = 0; viz_program_input(p, i, input, sizeof input); i++) {
        fwrite(input, 1, strlen(input) + 1, stdout);
    }
    if (p == NULL) {
        fprintf(stderr, "autograd: %s\n", ag_error_message(g));
    }
    viz_program_free(p);
    ag_graph_free(g);
    return fflush(stdout) == 0 && p != NULL ? VIZ__DONE : VIZ__USAGE;
}

/* Prints how each operation is called, a line each. */
int page_operations(void)
{
    char usage[512];
    const char *name;
    for (int i = 0; viz_operation_at(i, &name, NULL); i++) {
        viz_operation_usage(i, usage, sizeof usage);
        printf("%s\n", usage);
    }
    return fflush(stdout) == 0 ? VIZ__DONE : VIZ__WRONG;
}

/* --- in the place of the command's ------------------------------------------------------------ */

int viz__run_fit(const viz__request *r)
{
    (void)r;
    fputs("autograd: fit: the page reads no files; the command does\n", stderr);
    return VIZ__USAGE;
}

void viz__print_help(FILE *out, viz__task task)
{
    (void)task;
    fputs("the page has the tasks of the command autograd, whose manual tells of them\n", out);
}

void viz__print_manual(FILE *out)
{
    viz__print_help(out, VIZ__EVALUATE);
}

bool viz__print_completion(FILE *out, const char *shell)
{
    (void)shell;
    viz__print_help(out, VIZ__EVALUATE);
    return true;
}

int viz__run_list(const viz__request *r)
{
    (void)r;
    return page_operations();
}
