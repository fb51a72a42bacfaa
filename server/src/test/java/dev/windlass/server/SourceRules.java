package dev.windlass.server;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Finds classes, methods and parameter lists that are too long; reads sources with javac's parser.
 */
final class SourceRules {
  static final int CLASS_LINES_MAX = 600;
  static final int METHOD_LINES_MAX = 70;
  static final int PARAMETERS_MAX = 6;

  private SourceRules() {}

  /** One line for each breach, with the file and the line. */
  static List<String> breaches(List<Path> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> breaches = new ArrayList<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(sources));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new Scanner(unit, positions, breaches).scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return breaches;
  }

  private static final class Scanner extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> breaches;
    private Tree.Kind kind = Tree.Kind.COMPILATION_UNIT;

    Scanner(CompilationUnitTree unit, SourcePositions positions, List<String> breaches) {
      this.unit = unit;
      this.positions = positions;
      this.breaches = breaches;
    }

    @Override
    public Void visitClass(ClassTree node, Void unused) {
      check(node, "class " + node.getSimpleName(), CLASS_LINES_MAX);
      Tree.Kind outer = kind;
      kind = node.getKind();
      super.visitClass(node, null);
      kind = outer;
      return null;
    }

    @Override
    public Void visitMethod(MethodTree node, Void unused) {
      String name = "method " + node.getName();
      check(node, name, METHOD_LINES_MAX);
      if (!isRecordConstructor(node) && node.getParameters().size() > PARAMETERS_MAX) {
        breaches.add(
            String.format(
                "%s: %s has %d parameters, more than %d",
                position(node), name, node.getParameters().size(), PARAMETERS_MAX));
      }
      return super.visitMethod(node, null);
    }

    /** The components of a record are its data, and not the arguments of many calls. */
    private boolean isRecordConstructor(MethodTree node) {
      return kind == Tree.Kind.RECORD && node.getReturnType() == null;
    }

    private void check(Tree node, String name, int linesMax) {
      long start = positions.getStartPosition(unit, node);
      long end = positions.getEndPosition(unit, node);
      if (start < 0 || end < 0) {
        return;
      }
      LineMap lines = unit.getLineMap();
      long length = lines.getLineNumber(end) - lines.getLineNumber(start) + 1;
      if (length > linesMax) {
        breaches.add(
            String.format(
                "%s: %s has %d lines, more than %d", position(node), name, length, linesMax));
      }
    }

    private String position(Tree node) {
      long line = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, node));
      return unit.getSourceFile().getName() + ":" + line;
    }
  }
}
