// Arrays cross the border whole: array-likes (with or without OpenMM units) come in as vectors, vectors go out as
// NumPy arrays that own their memory.
%{
static bool isNumpyAvailable() { return true; } // asked by OpenMM's typemaps
%}

%define %array_arguments(TYPE)
%typemap(in) const std::vector<TYPE>& (std::vector<TYPE> array) {
    PyObject* stripped = Py_StripOpenMMUnits($input);
    const bool converted = stripped != nullptr && NumpyArrays::toOneDimension(stripped, array);
    Py_XDECREF(stripped);
    if (!converted)
        SWIG_fail;
    $1 = &array;
}
%typemap(in) std::vector<TYPE> (std::vector<TYPE> array) {
    PyObject* stripped = Py_StripOpenMMUnits($input);
    const bool converted = stripped != nullptr && NumpyArrays::toOneDimension(stripped, array);
    Py_XDECREF(stripped);
    if (!converted)
        SWIG_fail;
    $1 = std::move(array);
}
%typemap(typecheck, precedence=SWIG_TYPECHECK_DOUBLE_ARRAY) const std::vector<TYPE>&, std::vector<TYPE> {
    PyObject* stripped = Py_StripOpenMMUnits($input);
    $1 = stripped != nullptr && NumpyArrays::isArrayLike(stripped);
    Py_XDECREF(stripped);
}
%typemap(argout) const std::vector<TYPE>& ""
%typemap(freearg) const std::vector<TYPE>&, std::vector<TYPE> ""
%typemap(out) std::vector<TYPE> { $result = NumpyArrays::fromVector<TYPE>(std::move($1)); }
%typemap(out) const std::vector<TYPE>& { $result = NumpyArrays::fromVector<TYPE>(*$1); }

%typemap(in) const NumpyArrays::Table<TYPE>& (NumpyArrays::Table<TYPE> table) {
    PyObject* stripped = Py_StripOpenMMUnits($input);
    const bool converted = stripped != nullptr && NumpyArrays::toTable(stripped, table);
    Py_XDECREF(stripped);
    if (!converted)
        SWIG_fail;
    $1 = &table;
}
%typemap(typecheck, precedence=SWIG_TYPECHECK_DOUBLE_ARRAY) const NumpyArrays::Table<TYPE>& {
    PyObject* stripped = Py_StripOpenMMUnits($input);
    $1 = stripped != nullptr && NumpyArrays::isArrayLike(stripped);
    Py_XDECREF(stripped);
}
%typemap(freearg) const NumpyArrays::Table<TYPE>& ""
%typemap(out) NumpyArrays::Table<TYPE> { $result = NumpyArrays::fromTable<TYPE>(std::move($1)); }
%enddef

%array_arguments(double)
%array_arguments(float)
%array_arguments(int)

// File names may be str, bytes or path objects.
%typemap(in) const std::string& path (std::string fileName) {
    PyObject* encoded = nullptr;
    if (!PyUnicode_FSConverter($input, &encoded))
        SWIG_fail;
    fileName = PyBytes_AsString(encoded);
    Py_DECREF(encoded);
    $1 = &fileName;
}
%typemap(freearg) const std::string& path ""
%typemap(typecheck, precedence=SWIG_TYPECHECK_STRING) const std::string& path {
    $1 = PyUnicode_Check($input) || PyBytes_Check($input) || PyObject_HasAttrString($input, "__fspath__");
}
