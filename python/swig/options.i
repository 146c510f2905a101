// Structures of settings take them by name, as LearningOptions(ridge=0.1), and refuse names that they do not have.
%define %settings(TYPE)
%pythonnondynamic OpenMMOscillators::TYPE;
%feature("shadow") OpenMMOscillators::TYPE::TYPE() %{
    def __init__(self, **settings):
        _oscillators.TYPE##_swiginit(self, $action())
        for name, value in settings.items():
            if not isinstance(getattr(TYPE, name, None), property):
                raise TypeError(f"TYPE has no setting '{name}'")
            setattr(self, name, value)
%}
%enddef
