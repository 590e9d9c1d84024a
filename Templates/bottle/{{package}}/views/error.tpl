% rebase("layout", title=status)
<p>{{reason}}</p>
<p><a href="{{root}}">To the front page</a></p>
