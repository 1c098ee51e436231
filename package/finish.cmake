# The files of each package, before it is closed: manual pages are compressed, the static library is
# without its debugging information, and the license and the changelogs are there.
set(ENV{LC_ALL} C)
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
foreach(component ${CPACK_COMPONENTS_ALL})
  string(TOUPPER ${component} upper)
  set(name ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  set(root ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
  set(doc ${root}/share/doc/${name})
  configure_file(${CMAKE_CURRENT_LIST_DIR}/copyright ${doc}/copyright COPYONLY)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/../CHANGELOG.md ${doc}/NEWS COPYONLY)
  configure_file(${CMAKE_CURRENT_LIST_DIR}/changelog.in ${doc}/changelog @ONLY)
  file(GLOB manuals ${root}/share/man/man?/*)
  execute_process(COMMAND gzip -9n ${doc}/NEWS ${doc}/changelog ${manuals}
                  COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB archives ${root}/lib/*/lib*.a)
  foreach(archive ${archives})
    execute_process(COMMAND strip --strip-debug --enable-deterministic-archives ${archive}
                    COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endforeach()
